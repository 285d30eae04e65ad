"""What people search for, for staff: how often a text was searched, how often nothing was found, and not by whom.

What somebody types may be personal, or nonsense by the thousand. So texts that look personal are left out, rare ones
are forgotten soon, and their number is limited.
"""

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from efi.domain import texts
from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.reading.projections import Index

NAME = "search_terms"
KEPT, KEPT_AT_FIRST = timedelta(days=400), timedelta(days=30)
"""How long a text is kept after it was last searched, and if it was searched only once."""
LONGEST = 100
MOST_TERMS = 50_000
"""With so many texts none is added any more; those that are known are still counted."""
COUNTED_EVERY = 10.0
"""Seconds between two counts of the texts."""
PERSONAL = re.compile(r"\S@\S|\d(?:[\s().+/-]*\d){5}")
"""An e-mail address, or six digits and more, as in telephone and card numbers, however they are spaced."""
UNANSWERED = WriteConcern(w=0)
"""Nobody waits for the write: a lost count matters less than a search that is delayed."""
SORTED = ("asked", "found_nothing", "last_asked")
INDEXES: tuple[Index, ...] = ([("terms", 1)], *([(name, 1), ("_id", 1)] for name in SORTED))


@dataclass
class Room:
    """Whether there is room for more texts, as of a moment ago."""

    left: bool = True
    looked_at: float = -COUNTED_EVERY

    def look(self) -> bool:
        if time.monotonic() - self.looked_at >= COUNTED_EVERY:
            self.looked_at = time.monotonic()
            self.left = terms().estimated_document_count() < MOST_TERMS
        return self.left


room = Room()


def terms() -> Collection[Document]:
    return collection(NAME)


def ensure_indexes(**_: Any) -> None:
    """Creates the indexes; called after Django's migrations."""
    for index in INDEXES:
        terms().create_index(index)
    terms().create_index("expires_at", expireAfterSeconds=0)


def note(typed: str, *, found: bool) -> None:
    """Counts a search, unless its text looks personal.

    Errors of the store are ignored: nobody's search fails for this.
    """
    text = " ".join(texts.folded(typed).split())
    if PERSONAL.search(text):
        return
    with suppress(PyMongoError):
        noted = terms().with_options(write_concern=UNANSWERED)
        noted.update_one({"_id": text[:LONGEST]}, _counted(text[:LONGEST], found=found), upsert=room.look())


def _counted(text: str, *, found: bool) -> list[Document]:
    at = now()
    more = {"asked": 1, "found_nothing": int(not found)}
    counts = {name: {"$add": [{"$ifNull": [f"${name}", 0]}, many]} for name, many in more.items()}
    expires_at = {"$cond": ["$asked", at + KEPT, at + KEPT_AT_FIRST]}
    return [{"$set": {**counts, "last_asked": at, "expires_at": expires_at, "terms": texts.terms(text)}}]
