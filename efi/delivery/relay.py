"""The relay: follows the log's change stream and rings a bell for every stream that moves."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event
from typing import Any

from bson.timestamp import Timestamp
from pymongo import WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import OperationFailure, PyMongoError

from efi.delivery import broker, tasks
from efi.log.mongo import Document, client, collection, database
from efi.reading import followers, freshness, progress
from efi.runtime import threads, tracing
from efi.runtime.batches import batched

MOST_STREAMS = 100
WAIT_MS = 1_000
GATHERS_FOR = {"urgent": 0.002}
"""Seconds that bells of a lane are gathered for a broker: each costs every follower a delivery."""
GATHERED_ELSE = 0.2
"""Without a broker too: a hundred bells cost a follower hardly more than one."""
CROWD = 20
"""Bells of a lane that somebody has not answered yet, from which on more are gathered before the next."""
GATHERED_IN_A_CROWD = {"urgent": 0.3}
GATHERED_ELSE_IN_A_CROWD = 1.0
"""Seconds at most. Workers that are behind catch up sooner by a few bells for many streams than by one for each commit;
those of the same lane that are not behind hear so much later meanwhile.
"""
YIELDS_FOR = 0.01
KEPT_EVERY, KEPT_WHILE_BUSY = 5.0, 0.5
"""Seconds between two tokens that are kept while nothing happens, and while bells come."""
LOST = {260, 280, 286}  # InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost
SHOWN: list[Document] = [
    {"$match": {"operationType": "insert"}},
    {
        "$project": {
            "wallTime": 1,
            **{f"fullDocument.{name}": 1 for name in ("stream", "version", "count", "meta.traceparent")},
        }
    },
]
logger = logging.getLogger(__name__)


def tokens() -> Collection[Document]:
    return collection("relay").with_options(write_concern=WriteConcern(w=1))


class Relay:
    """Rings bells for new commits. There may be any number: bells are harmless, so that one may ring them twice.

    `lane`: that of the followers it rings for; as it comes it rings for all.
    """

    def __init__(self, stop: Event | None = None, *, lane: str | None = None) -> None:
        self.stop, self.lane, self.kept_at = stop or Event(), lane, 0.0
        self.moved = False

    @property
    def token(self) -> str:
        """Returns the name of its token: its followers' names, as a relay of another release may be ahead with others.

        Through a broker it rings for whoever listens.
        """
        if broker.there_is():
            return f"broker {self.lane or 'all'}"
        return " ".join(one.name for one in followers.followers(self.lane))

    @property
    def _is_not_urgent(self) -> bool:
        return self.lane not in (None, "urgent")

    def run(self) -> None:
        """Returns once `stop` is set; whatever else ends a change stream, another is opened."""
        while not self.stop.is_set():
            try:
                self._follow()
            except PyMongoError as error:
                logger.warning("the change stream ended, opening another: %s", error)
                if isinstance(error, OperationFailure) and _token_is_lost(error):
                    tokens().delete_one({"_id": self.token})
                self.stop.wait(0.2)
            except Exception:
                logger.exception("the relay stumbled, and goes on from its token")
                self.stop.wait(1)

    def _follow(self) -> None:
        with client().start_session() as session:
            token = _kept_token(self.token)
            reply = self._open(session, token)
            if token is None:
                followers.patiently(lambda: sweep(self.lane), self.stop)
            while not self.stop.is_set():
                self._answer(reply)
                if not reply["cursor"]["id"]:
                    return
                reply = database().command(
                    "getMore", reply["cursor"]["id"], collection="commits", maxTimeMS=WAIT_MS, session=session
                )

    def _open(self, session: ClientSession, token: Document | None) -> Document:
        resume = {"resumeAfter": token} if token else {}
        pipeline = [{"$changeStream": resume}, *SHOWN]
        concern = {"level": "majority"}
        try:
            return database().command(
                "aggregate", "commits", pipeline=pipeline, cursor={}, readConcern=concern, session=session
            )
        except OperationFailure:
            # Whatever is wrong with a token, without one a stream opens and a sweep finds the rest.
            tokens().delete_one({"_id": self.token})
            raise

    def _answer(self, reply: Document) -> None:
        changes = reply["cursor"].get("firstBatch") or reply["cursor"].get("nextBatch") or []
        if changes and self._is_not_urgent and not broker.there_is():
            # The urgent are rung for the same commit, and are not to be held up.
            self.stop.wait(YIELDS_FOR)
        for bells, first, last, trace in _batches(changes):
            with tracing.continued(trace, "bell", lane=self.lane or "all", streams=len(bells)):
                followers.patiently(lambda: ring(bells, first, last, self.lane), self.stop)  # noqa: B023
        if self.stop.is_set():
            # Perhaps in the midst of the bells, and the next relay is to ring what was left.
            return
        self.moved = self.moved or bool(changes)
        if time.monotonic() - self.kept_at > (KEPT_WHILE_BUSY if self.moved else KEPT_EVERY):
            self._keep(reply)
        if changes and (broker.there_is() or self._is_not_urgent):
            self._gather()

    def _gather(self) -> None:
        """Lets bells come together, for longer while somebody who answers them is behind."""
        self.stop.wait(GATHERS_FOR.get(self.lane or "", GATHERED_ELSE))
        until = time.monotonic() + GATHERED_IN_A_CROWD.get(self.lane or "", GATHERED_ELSE_IN_A_CROWD)
        while not self.stop.is_set() and time.monotonic() < until and self._is_crowded():
            self.stop.wait(GATHERED_ELSE / 4)

    def _is_crowded(self) -> bool:
        if not broker.there_is():
            return False
        try:
            of_the_lane = {"waiting": {"$in": [one.name for one in followers.followers(self.lane)]}}
            return freshness.under_way().count_documents(of_the_lane, limit=CROWD) == CROWD
        except (PyMongoError, LookupError) as error:
            logger.debug("whether bells wait is not known: %s", error)
            return False

    def _keep(self, reply: Document) -> None:
        """Stores the token from which the next relay goes on; what was rung since the last one is rung again then."""
        self.kept_at, self.moved = time.monotonic(), False
        kept = {"token": reply["cursor"]["postBatchResumeToken"], "at": reply["operationTime"]}
        tokens().replace_one({"_id": self.token}, kept, upsert=True)


def ring(bells: dict[str, int], first: datetime, last: datetime, lane: str | None = None) -> None:
    """Tells every follower; between `first` and `last`, by the log's own time, the streams have moved."""
    if broker.there_is():
        _send(bells, first, last, lane)
        return
    rung = followers.followers(lane)
    names = [one.name for one in rung]
    entry = progress.enter(names, first, bells)
    for one in rung:
        followers.hear(one, bells)
    progress.confirm(names, entry, last)


def _send(bells: dict[str, int], first: datetime, last: datetime, lane: str | None) -> None:
    """Gives the broker a bell for each kind of stream and lane, and records that it is outstanding."""
    for one in [lane] if lane else followers.lanes():
        by_route: dict[str, dict[str, int]] = {}
        for stream, version in bells.items():
            by_route.setdefault(f"{one}.{stream.partition(':')[0]}", {})[stream] = version
        for route, entry in progress.send(by_route, first, last).items():
            told = {"bells": by_route[route], "sent": (entry, last.isoformat())}
            broker.publish(tasks.catch_up, route, told)
        progress.pass_by(one, by_route, last)


def sweep(lane: str | None = None) -> None:
    """Rings every stream at its head: a net under all that relays may have missed."""
    if broker.there_is():
        _send_all(lane)
        return
    for one in followers.followers(lane):
        followers.sweep(one)


def _send_all(lane: str | None) -> None:
    """Gives the broker bells for every stream. Until all are answered nobody is complete beyond what is confirmed now.

    What nobody waits for any more is confirmed by the next bell.
    """
    listening = followers.followers(lane)
    since = freshness.read(one.name for one in listening).confirmed
    for bells in followers.heads(dict.fromkeys(kind for one in listening for kind in one.kinds)):
        _send(bells, since, since, lane)


def start() -> Callable[[], None]:
    """Runs a relay for each lane in a thread of this process; returns what stops them."""
    stopping = Event()
    relays = [Relay(stopping, lane=lane) for lane in followers.lanes()]
    return threads.start(((f"relay {relay.lane}", relay.run) for relay in relays), stopping)


def _batches(changes: list[Document]) -> Iterator[tuple[dict[str, int], datetime, datetime, str | None]]:
    """Bells that came together become one, of up to a hundred streams, in the trace of the first that is in one."""
    for some in batched(changes, MOST_STREAMS):
        commits = [change["fullDocument"] for change in some]
        bells = {commit["stream"]: commit["version"] + commit["count"] - 1 for commit in commits}
        traces = (commit["meta"]["traceparent"] for commit in commits if commit.get("meta"))
        yield bells, some[0]["wallTime"], some[-1]["wallTime"], next(traces, None)


def _kept_token(name: str) -> Document | None:
    """Returns the token, or None if there is none or it is later than the cluster's time: the log was restored then."""
    kept: dict[str, Any] = tokens().find_one({"_id": name}) or {}
    present: Timestamp = client().admin.command("ping")["operationTime"]
    return kept["token"] if kept and kept["at"] <= present else None


def _token_is_lost(error: OperationFailure) -> bool:
    return error.code in LOST or error.has_error_label("NonResumableChangeStreamError")
