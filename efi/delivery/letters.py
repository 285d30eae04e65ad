"""Letters for others: every event, whole, as a CloudEvent on an exchange that anybody may bind a queue to."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter

from django.conf import settings
from kombu import Exchange, Producer
from pymongo import UpdateOne
from pymongo.collection import Collection

from efi.delivery import cloud_events, publishing
from efi.delivery.cloud_events import Letter
from efi.domain.aggregate import AGGREGATES
from efi.domain.errors import UnknownEvent
from efi.domain.events import EVENTS, Event
from efi.log import event_store
from efi.log.epoch import forgets
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection
from efi.reading.catching_up import NEWEST, ReadLess
from efi.reading.followers import Follower, follows
from efi.runtime.batches import batched
from efi.runtime.metrics import LETTERS

NAME = "letters"
EXCHANGE = Exchange("efi.events", type="topic", durable=True)
MOST_EVENTS = 500
"""That are sent, more or less, before positions are raised."""
logger = logging.getLogger(__name__)


@follows
def letters() -> Iterator[Follower]:
    """Where there is a broker."""
    if settings.BROKER_URL:
        yield Follower(name=NAME, kinds=kinds(), answer=answer, lane=NAME)


def kinds() -> tuple[str, ...]:
    """Of streams: all but the kernel's own, such as the heartbeat, which tell of the machine and of no business."""
    return tuple(kind for kind, made in AGGREGATES.items() if not _of_the_kernel(made))


def events() -> list[type[Event]]:
    """Those of these streams."""
    return [kind for kind in EVENTS.values() if not _of_the_kernel(kind)]


def _of_the_kernel(made: type) -> bool:
    return made.__module__.partition(".")[0] == __name__.partition(".")[0]


def positions() -> Collection[Document]:
    """One document per stream: the version up to which its letters are with the broker."""
    return collection("letters")


def answer(bells: Mapping[str, int]) -> None:
    """Publishes whatever these streams hold behind their positions.

    Any number at once, and any number of times: a letter may be sent twice, but none before the one before it. Raises
    PyMongo's errors, `Outage`, and `ReadLess` where the log does not show yet what a bell named.
    """
    read, stopped = _behind(bells), set[str]()
    for raws in batched(_read(read), MOST_EVENTS, itemgetter("count")) if read else ():
        _send(list(_known(raws, stopped)))
        read |= {raw["stream"]: raw["version"] + raw["count"] - 1 for raw in raws}
    for stream, version in read.items():
        if version < bells[stream] < NEWEST:
            raise ReadLess(f"{stream} below {bells[stream]}")


@forgets
def step_back() -> None:
    """For a log that was restored and is shorter than what was sent: what it takes in next is to be sent too."""
    for one in positions().find():
        last = event_store.head(one["_id"])
        if last < one["seen"]:
            positions().update_one({"_id": one["_id"]}, {"$set": {"seen": last}})


def _behind(bells: Mapping[str, int]) -> dict[str, int]:
    """The positions of the streams that have more than what was sent."""
    sent = {one["_id"]: one["seen"] for one in positions().find({"_id": {"$in": list(bells)}})}
    return {stream: sent.get(stream, 0) for stream, version in bells.items() if sent.get(stream, 0) < version}


def _read(behind: Mapping[str, int]) -> Iterator[Document]:
    """The commits behind these positions, stream by stream, each in order."""
    clauses = [{"stream": stream, "version": {"$gt": version}} for stream, version in behind.items()]
    return event_store.commits().find({"$or": clauses}).sort(event_store.IN_ORDER)


def _known(raws: Iterable[Document], stopped: set[str]) -> Iterator[Commit]:
    """What can be sent. A stream stops, alone, at what cannot be read here, and the sweep comes back to it.

    What only newer code knows is left to that: this process could not tell what in it is personal.
    """
    for raw in raws:
        if raw["stream"] in stopped:
            continue
        try:
            yield event_store.decode(raw)
        except UnknownEvent as unknown:
            logger.info("the letters of %s are left to newer code: %s", raw["stream"], unknown)
            stopped.add(raw["stream"])
        except Exception:
            logger.exception("the letters of %s stop before version %s", raw["stream"], raw["version"])
            LETTERS.labels(outcome="failed").inc()
            stopped.add(raw["stream"])


def _send(commits: Iterable[Commit]) -> None:
    """Positions follow the broker's confirmation, and only rise: whoever raises one has sent all up to there."""
    written = [letter for commit in commits for letter in cloud_events.letters(commit)]
    reached = {commit.stream: commit.last for commit in commits}
    if reached:
        publishing.publish(partial(_publish, letter) for letter in written)
        LETTERS.labels(outcome="sent").inc(len(written))
        raised = [UpdateOne({"_id": stream}, {"$max": {"seen": last}}, upsert=True) for stream, last in reached.items()]
        positions().bulk_write(raised, ordered=False)


def _publish(letter: Letter, producer: Producer) -> None:
    about = {"message_id": letter.id, "content_type": cloud_events.CONTENT_TYPE, "content_encoding": "utf-8"}
    goes = {"exchange": EXCHANGE, "routing_key": letter.type, "declare": [EXCHANGE]}
    producer.publish(letter.body, delivery_mode=publishing.PERSISTENT, **about, **goes)
