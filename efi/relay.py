"""The relay: follows the log's change stream and rings a bell for every stream that moves."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event, Thread
from typing import Any

from bson.timestamp import Timestamp
from pymongo import WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import OperationFailure, PyMongoError

from efi import freshness, generations, tasks
from efi.catching_up import ReadLess
from efi.mongo import Document, client, collection, database
from efi.projections import READ_MODELS, Generation

MOST_STREAMS = 100
WAIT_MS = 500
YIELDS_FOR = 0.01
TRIES_AT_READING = 20
LOST = {260, 280, 286}  # InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost
SHOWN: list[Document] = [
    {"$match": {"operationType": "insert"}},
    {
        "$project": {
            "wallTime": 1,
            **{f"fullDocument.{name}": 1 for name in ("stream", "version", "count")},
        }
    },
]
logger = logging.getLogger(__name__)


def tokens() -> Collection[Document]:
    return collection("relay").with_options(write_concern=WriteConcern(w=1))


class Relay:
    """One of any number of copies. Bells are harmless, so that it may ring twice what it has rung before.

    `urgent`: whether it rings for the urgent read models alone, or for the others; as it comes it rings for all.
    """

    def __init__(self, stop: Event | None = None, *, urgent: bool | None = None) -> None:
        self.stop, self.urgent = stop or Event(), urgent

    @property
    def token(self) -> str:
        """That of the documents it rings for: a relay of another release may be further on with others."""
        return " ".join(generation.name for generation in _rung(self.urgent))

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
                self._patiently(lambda: sweep(self.urgent))
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
        if changes and self.urgent is False:
            # The urgent are rung for the same commit, and are not to be held up.
            self.stop.wait(YIELDS_FOR)
        for bells, first, last in _batches(changes):
            self._patiently(lambda: ring(bells, first, last, self.urgent))  # noqa: B023
        if self.stop.is_set():
            # Perhaps in the midst of the bells, and the next relay is to ring what was left.
            return
        kept = {"token": reply["cursor"]["postBatchResumeToken"], "at": reply["operationTime"]}
        tokens().replace_one({"_id": self.token}, kept, upsert=True)

    def _patiently(self, work: Callable[[], object]) -> None:
        """A storage error is waited out in place: the token stays, nothing is skipped."""
        tries = 0
        while not self.stop.is_set():
            try:
                work()
                return
            except ReadLess as error:
                tries += 1
                if tries > TRIES_AT_READING:
                    logger.error("gave up on %s, which the next sweep will find", error)
                    return
            except PyMongoError as error:
                logger.warning("the store does not answer, waiting: %s", error)
            self.stop.wait(0.1)


def ring(bells: dict[str, int], first: datetime, last: datetime, urgent: bool | None = None) -> None:
    """Tells every read model; between `first` and `last`, by the log's own time, the streams have moved."""
    fed = _rung(urgent)
    names = [generation.name for generation in fed]
    entry = freshness.enter(names, first, bells)
    for generation in fed:
        heard = {stream: version for stream, version in bells.items() if generation.model.follows(stream)}
        if heard:
            tasks.catch_up.delay(generation.model.name, heard)
    freshness.confirm(names, entry, last)


def sweep(urgent: bool | None = None) -> None:
    """Rings every stream at its head: a net under all that relays may have missed."""
    before = freshness.present()
    for generation in _rung(urgent):
        generations.sweep(generation)
        freshness.clear(generation.name, before)


def start() -> Callable[[], None]:
    """Runs a relay for the urgent and one for the others in threads of this process; returns what stops them."""
    stopping = Event()
    relays = [Relay(stopping, urgent=urgent) for urgent in {model.urgent for model in READ_MODELS.values()}]
    threads = [Thread(target=relay.run, name="relay", daemon=True) for relay in relays]
    for thread in threads:
        thread.start()

    def stop() -> None:
        stopping.set()
        for thread in threads:
            thread.join(timeout=5)

    return stop


def _rung(urgent: bool | None) -> list[Generation]:
    return [generation for generation in generations.of_this_process() if urgent in (None, generation.model.urgent)]


def _batches(changes: list[Document]) -> Iterator[tuple[dict[str, int], datetime, datetime]]:
    """Bells that came together become one, of up to a hundred streams."""
    for begin in range(0, len(changes), MOST_STREAMS):
        some = changes[begin : begin + MOST_STREAMS]
        commits = [change["fullDocument"] for change in some]
        bells = {commit["stream"]: commit["version"] + commit["count"] - 1 for commit in commits}
        yield bells, some[0]["wallTime"], some[-1]["wallTime"]


def _kept_token(name: str) -> Document | None:
    """None where there is none, or where it is later than the cluster's time: then the log is a restored one."""
    kept: dict[str, Any] = tokens().find_one({"_id": name}) or {}
    present: Timestamp = client().admin.command("ping")["operationTime"]
    return kept["token"] if kept and kept["at"] <= present else None


def _token_is_lost(error: OperationFailure) -> bool:
    return error.code in LOST or error.has_error_label("NonResumableChangeStreamError")
