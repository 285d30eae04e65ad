"""What people search for, as staff are told of it: what was asked, how often, how often nothing came, and by nobody."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from efi.event_store import now
from efi.mongo import Document, collection
from efi.projections import Index
from readmodels.wording import folded, words

NAME = "search_terms"
KEPT = timedelta(days=400)
"""After it was last asked."""
LONGEST = 100
UNANSWERED = WriteConcern(w=0)
"""Nobody waits for it: a count that is lost now and then is worth less than a search that is not held up."""
SORTED = ("asked", "found_nothing", "last_asked")
INDEXES: tuple[Index, ...] = ([("terms", 1)], *([(name, 1), ("_id", 1)] for name in SORTED))


def terms() -> Collection[Document]:
    return collection(NAME)


def ensure_indexes(**_: Any) -> None:
    """At a start after the migrations."""
    for index in INDEXES:
        terms().create_index(index)
    terms().create_index("last_asked", expireAfterSeconds=int(KEPT.total_seconds()))


def note(typed: str, *, found: bool) -> None:
    """Never raises what the store does: whoever searches is not to suffer from it."""
    text = " ".join(folded(typed).split())[:LONGEST]
    counts = {"$inc": {"asked": 1, "found_nothing": int(not found)}, "$set": {"last_asked": now()}}
    change = {**counts, "$setOnInsert": {"terms": words(text)}}
    with suppress(PyMongoError):
        terms().with_options(write_concern=UNANSWERED).update_one({"_id": text}, change, upsert=True)
