"""What counts once: a claim with an end, inserted before one acts, so that of six who do so at once one goes on."""

from datetime import datetime, timedelta

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from efi.log.event_store import now
from efi.log.mongo import Document, collection

ALL_THERE_ARE = "\U0010ffff"


def once() -> Collection[Document]:
    return collection("once")


def ensure_indexes() -> None:
    once().create_index("gone_after", expireAfterSeconds=0)


def take(purpose: str, value: str, *, lasts: timedelta) -> bool:
    """Claims a value for a while, such as a code for as long as it is good; returns whether nobody had it.

    `value` is a digest where it says something of a person.
    """
    return _taken(f"{purpose}:{value}", lasts)


def is_taken(purpose: str, value: str) -> bool:
    return bool(once().find_one({"_id": f"{purpose}:{value}", "gone_after": {"$gt": now()}}, {"_id": 1}))


def slot(purpose: str, who: str, *, most: int, lasts: timedelta) -> str | None:
    """Takes one of so many slots for a while, and returns its name, or None where all are taken."""
    held = {one["_id"] for one in _held(purpose, who)}
    names = (f"{purpose}:{who}:{number}" for number in range(most))
    return next((name for name in names if name not in held and _taken(name, lasts)), None)


def first_free(purpose: str, who: str) -> datetime:
    """Returns when the first of the slots that are taken is free again: now, where one is already."""
    return min((one["gone_after"] for one in _held(purpose, who)), default=now())


def give_back(*names: str) -> None:
    """Frees slots and claims by their whole names."""
    once().delete_many({"_id": {"$in": names}})


def give_back_all(*beginnings: str) -> None:
    """Frees whatever has a name that begins so."""
    once().delete_many({"$or": [{"_id": {"$gte": one, "$lt": one + ALL_THERE_ARE}} for one in beginnings]})


def _held(purpose: str, who: str) -> list[Document]:
    begin = f"{purpose}:{who}:"
    return list(once().find({"_id": {"$gte": begin, "$lt": begin + ALL_THERE_ARE}, "gone_after": {"$gt": now()}}))


def _taken(name: str, lasts: timedelta) -> bool:
    """Inserts a claim, or takes over one whose end has passed, which MongoDB deletes within a minute."""
    at = now()
    try:
        once().update_one({"_id": name, "gone_after": {"$lte": at}}, {"$set": {"gone_after": at + lasts}}, upsert=True)
    except DuplicateKeyError:
        return False
    return True
