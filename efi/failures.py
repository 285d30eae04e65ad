"""Streams that a fold has failed on, until it passes them."""

import logging
from collections.abc import Sequence

from pymongo.collection import Collection

from efi.event_store import now
from efi.mongo import Document, collection

logger = logging.getLogger(__name__)


def failures() -> Collection[Document]:
    return collection("failures")


def note(generation: str, stream: str, version: int, error: BaseException | None) -> None:
    """The document stays where it was; the sweep tries again."""
    logger.error("%s cannot fold %s at version %s", generation, stream, version, exc_info=error)
    seen = {"generation": generation, "stream": stream, "version": version, "error": repr(error), "at": now()}
    failures().update_one({"_id": f"{generation} {stream}"}, {"$set": seen, "$inc": {"tries": 1}}, upsert=True)


def forget(generation: str, streams: Sequence[str]) -> None:
    """These have passed."""
    if streams:
        failures().delete_many({"_id": {"$in": [f"{generation} {stream}" for stream in streams]}})


def of(generation: str) -> list[Document]:
    return list(failures().find({"generation": generation}))


def count(generation: str) -> int:
    return failures().count_documents({"generation": generation})
