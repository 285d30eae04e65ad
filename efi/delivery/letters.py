"""Letters for others: every event, whole, as a CloudEvent on an exchange that anybody may bind a queue to."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from django.conf import settings
from kombu import Exchange, Producer

from efi.delivery import cloud_events, publishing
from efi.delivery.cloud_events import Letter
from efi.domain.aggregate import AGGREGATES
from efi.domain.events import EVENTS, Event
from efi.log.epoch import forgets
from efi.log.event_store import Commit
from efi.reading.followers import Follower, follows
from efi.reading.positions import Positions
from efi.runtime.metrics import LETTERS

NAME = "letters"
EXCHANGE = Exchange("efi.events", type="topic", durable=True)
MOST_EVENTS = 500
"""That are sent, more or less, before positions are raised."""
POSITIONS = Positions(name=NAME, failed=LETTERS.labels(outcome="failed").inc)
"""How far the letters of each stream are with the broker."""
logger = logging.getLogger(__name__)


@follows
def letters() -> Iterator[Follower]:
    """Yields the follower that sends letters, if there is a broker."""
    if settings.BROKER_URL:
        yield Follower(name=NAME, kinds=kinds(), answer=answer, lane=NAME)


def kinds() -> tuple[str, ...]:
    """Returns the kinds of streams that letters are about: all but the kernel's own, such as the heartbeat."""
    return tuple(kind for kind, made in AGGREGATES.items() if not _of_the_kernel(made))


def events() -> list[type[Event]]:
    """Returns the events that letters are about."""
    return [kind for kind in EVENTS.values() if not _of_the_kernel(kind)]


def _of_the_kernel(made: type) -> bool:
    return made.__module__.partition(".")[0] == __name__.partition(".")[0]


def answer(bells: Mapping[str, int]) -> None:
    """Publishes whatever these streams hold behind their positions.

    Any number at once, and any number of times: a letter may be sent twice, but none before the one before it. Raises
    PyMongo's errors, `Outage`, and `ReadLess` where the log does not show yet what a bell named.
    """
    POSITIONS.follow(bells, _send, most=MOST_EVENTS)


@forgets
def step_back() -> None:
    """Has what a shorter log takes in next be sent too."""
    POSITIONS.step_back()


def _send(commits: Sequence[Commit], stopped: set[str]) -> dict[str, int]:
    """Returns how far the broker has confirmed each stream."""
    written = [letter for commit in commits for letter in cloud_events.letters(commit)]
    if written:
        publishing.publish(partial(_publish, letter) for letter in written)
        LETTERS.labels(outcome="sent").inc(len(written))
    return {commit.stream: commit.last for commit in commits}


def _publish(letter: Letter, producer: Producer) -> None:
    about = {"message_id": letter.id, "content_type": cloud_events.CONTENT_TYPE, "content_encoding": "utf-8"}
    goes = {"exchange": EXCHANGE, "routing_key": letter.type, "declare": [EXCHANGE]}
    producer.publish(letter.body, delivery_mode=publishing.PERSISTENT, **about, **goes)
