"""What counts so often and no more: slots with an end, taken before one acts, so that of six at once one goes on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import DeleteMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from efi.log.event_store import now
from efi.log.mongo import DUPLICATE_KEY, Document, collection

ALL_THERE_ARE = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Slots:
    """So many slots, of which each is held for a while."""

    purpose: str
    who: str
    most: int
    lasts: timedelta

    @property
    def begin(self) -> str:
        return f"{self.purpose}:{self.who}:"

    @property
    def names(self) -> Iterator[str]:
        return (f"{self.begin}{number}" for number in range(self.most))


def once() -> Collection[Document]:
    return collection("once")


def counting() -> Collection[Document]:
    """Returns the same collection for its slots, which are many and need not outlive a failover of the store.

    Whether one is free is decided by the one member that writes; nobody waits until others have it.
    """
    return once().with_options(write_concern=WriteConcern(w=1), read_concern=ReadConcern("local"))


def ensure_indexes() -> None:
    once().create_index("gone_after", expireAfterSeconds=0)


def is_taken(purpose: str, value: str) -> bool:
    return bool(counting().find_one({"_id": f"{purpose}:{value}", "gone_after": {"$gt": now()}}, {"_id": 1}))


def slots(*asked: Slots) -> list[str | None]:
    """Takes a slot of each of these, and returns their names, None for those of which all are taken.

    Two requests do for all of them, unless somebody else takes the same ones at once.
    """
    beginnings = [one.begin for one in asked]
    held = {one["_id"] for one in counting().find(_in_force(*beginnings), {"_id": 1})}
    free = [next((name for name in one.names if name not in held), None) for one in asked]
    wanted = [(at, name) for at, name in enumerate(free) if name]
    lost = _lost([(name, asked[at].lasts) for at, name in wanted]) if wanted else []
    for place in lost:
        at, _ = wanted[place]
        free[at] = _one_by_one(asked[at])
    return free


def first_free(purpose: str, who: str) -> datetime:
    """Returns when the first of the slots that are taken is free again: now, where one is already."""
    return min((one["gone_after"] for one in _held(purpose, who)), default=now())


def give_back(*names: str) -> None:
    """Frees slots and claims by their whole names."""
    counting().delete_many({"_id": {"$in": names}})


def give_back_all(*beginnings: str) -> None:
    """Frees whatever has a name that begins so."""
    counting().delete_many(_beginning(*beginnings))


def exchange(names: Iterable[str], beginnings: Iterable[str], purpose: str, value: str, *, lasts: timedelta) -> None:
    """Frees slots, by their names or what these begin with, and claims a value anew, in one request."""
    freed = {"$or": [{"_id": {"$in": list(names)}}, _beginning(*beginnings)]}
    claimed = {"$set": {"gone_after": now() + lasts}}
    counting().bulk_write([DeleteMany(freed), UpdateOne({"_id": f"{purpose}:{value}"}, claimed, upsert=True)])


def _beginning(*beginnings: str) -> Document:
    if not beginnings:
        return {"_id": {"$in": []}}
    return {"$or": [{"_id": {"$gte": one, "$lt": one + ALL_THERE_ARE}} for one in beginnings]}


def _in_force(*beginnings: str) -> Document:
    return {**_beginning(*beginnings), "gone_after": {"$gt": now()}}


def _held(purpose: str, who: str) -> list[Document]:
    return list(counting().find(_in_force(f"{purpose}:{who}:")))


def _lost(wanted: list[tuple[str, timedelta]]) -> list[int]:
    """Claims names, and returns the places of those that somebody else has.

    What has ended is claimed anew; MongoDB deletes it within a minute.
    """
    at = now()
    writes = [
        UpdateOne({"_id": name, "gone_after": {"$lte": at}}, {"$set": {"gone_after": at + lasts}}, upsert=True)
        for name, lasts in wanted
    ]
    try:
        counting().bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if any(failed["code"] != DUPLICATE_KEY for failed in error.details["writeErrors"]):
            raise
        return [failed["index"] for failed in error.details["writeErrors"]]
    return []


def _one_by_one(asked: Slots) -> str | None:
    """Takes a slot where others take the same ones at once: the first that nobody has."""
    return next((name for name in asked.names if not _lost([(name, asked.lasts)])), None)
