"""Notes of streams that a fold has failed on. After several tries a stream stands aside until somebody retries."""

import logging
import traceback
from collections.abc import Iterable, Sequence

from pymongo.collection import Collection

from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.reading.projections import Generation, identity_in
from efi.runtime.masking import masked
from efi.runtime.metrics import FAILURES

TRIES = 3
"""Failures on the same commit after which a stream is in quarantine, with all its later commits."""
LONGEST_TRACEBACK = 20_000
logger = logging.getLogger(__name__)


def failures() -> Collection[Document]:
    """Returns the collection with a note for each stream and generation: the next generation starts without any."""
    return collection("failures")


def note(generation: Generation, stream: str, version: int, error: BaseException | None) -> None:
    """Notes a failure, and lets the stream stand aside after the third on the same commit.

    The document stays as it is.
    """
    logger.error("%s cannot fold %s at version %s", generation.name, stream, version, exc_info=error)
    FAILURES.labels(generation.model.name).inc()
    told = {
        "generation": generation.name,
        "read_model": generation.model.name,
        "fold_version": generation.model.version,
        "stream": stream,
        "version": version,
        "error": masked(repr(error))[:LONGEST_TRACEBACK],
        "traceback": masked("".join(traceback.format_exception(error)))[-LONGEST_TRACEBACK:],
        "at": now(),
    }
    again = {"$eq": ["$version", version]}
    counted = {
        "tries": {"$cond": [again, {"$add": ["$tries", 1]}, 1]},
        "since": {"$cond": [again, "$since", now()]},
    }
    aside = {"quarantined": {"$gte": ["$tries", TRIES]}}
    steps: list[Document] = [
        {"$set": counted},
        {"$set": {name: {"$literal": value} for name, value in told.items()}},
        {"$set": aside},
    ]
    failures().update_one({"_id": f"{generation.name} {stream}"}, steps, upsert=True)


def forget(generation: str, streams: Sequence[str]) -> None:
    """Deletes the notes of streams that were folded."""
    if streams:
        failures().delete_many({"_id": {"$in": [f"{generation} {stream}" for stream in streams]}})


def forget_passed(generation: Generation, streams: Iterable[str] | None = None) -> None:
    """Deletes the notes of streams that documents have read past: the process that did may have died before it told."""
    among = {} if streams is None else {"stream": {"$in": list(streams)}}
    noted = list(failures().find({"generation": generation.name, **among}))
    forget(generation.name, [note["stream"] for note in noted if _has_passed(generation, note)])


def _has_passed(generation: Generation, noted: Document) -> bool:
    kind = noted["stream"].partition(":")[0]
    fact = generation.facts.find_one({"_id": identity_in(noted["stream"])}, {"_seen": 1})
    return bool(fact and fact["_seen"].get(kind, 0) >= noted["version"])


def aside(generation: str, streams: Iterable[str]) -> set[str]:
    """Returns those of these streams that stand aside."""
    notes = {"_id": {"$in": [f"{generation} {stream}" for stream in streams]}, "quarantined": True}
    return {noted["stream"] for noted in failures().find(notes, {"stream": 1})}


def of(generation: str) -> list[Document]:
    return list(failures().find({"generation": generation}))


def notes_aside(generations: Iterable[str]) -> list[Document]:
    """Returns the notes of what stands aside, the oldest first."""
    notes = {"generation": {"$in": list(generations)}, "quarantined": True}
    return list(failures().find(notes).sort([("since", 1), ("_id", 1)]))


def count(generation: str) -> int:
    return failures().count_documents({"generation": generation})


def count_aside(generation: str) -> int:
    return failures().count_documents({"generation": generation, "quarantined": True})
