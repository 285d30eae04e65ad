"""How fresh a generation is: the moment up to which all its documents are known to be complete."""

import math
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pymongo import WriteConcern
from pymongo.collection import Collection

from efi.event_store import now
from efi.mongo import Document, client, collection

Found = TypeVar("Found")
HEARTBEAT = timedelta(seconds=5)
OVERDUE = 2 * HEARTBEAT + timedelta(seconds=2)
PATIENCE = timedelta(seconds=2)
STANDS_FOR = 0.2
"""Seconds that a reading is used again. What it says stays true: up to then the documents are complete for good."""


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """What is known of the least fresh of some generations. `read_at` is by this process's monotonic clock."""

    confirmed: datetime
    oldest_entry: datetime | None
    read_at: float

    @property
    def as_of(self) -> datetime:
        """Complete up to here."""
        return min(self.oldest_entry, self.confirmed) if self.oldest_entry else self.confirmed

    @property
    def stale(self) -> bool:
        """A bell has been under way for over 2 s, or the heartbeat is missing."""
        moment = now()
        waiting = self.oldest_entry is not None and moment - self.oldest_entry > PATIENCE
        return waiting or moment - self.confirmed > OVERDUE


class Kept(Generic[Found]):
    """What was found, by key, and is good for all who read at the same freshness."""

    def __init__(self, most: int = 200) -> None:
        self.most, self.found = most, dict[str, tuple[Found, float]]()

    def of(self, key: str, fresh: Freshness, look: Callable[[Found | None], Found]) -> Found:
        """As it stood when its freshness was read, or later. `look` is given what was found before, if anything."""
        found, looked_at = self.found.get(key, (None, -math.inf))
        if found is not None and looked_at >= fresh.read_at:
            return found
        looked_at = time.monotonic()
        found = look(found)
        if len(self.found) >= self.most:
            self.found.clear()
        self.found[key] = found, looked_at
        return found


_readings: dict[tuple[str, ...], Freshness] = {}


def present() -> datetime:
    """By the log's own clock, as the change stream tells its times."""
    moment: datetime = client().admin.command("hello", codec_options=client().codec_options)["localTime"]
    return moment


def entries() -> Collection[Document]:
    """One document per generation: `confirmed`, and of each batch of bells under way the time of its first."""
    return collection("freshness")


def _quickly() -> Collection[Document]:
    return entries().with_options(write_concern=WriteConcern(w=1))


def begin(generation: str) -> None:
    """A generation that is about to be built is complete up to this moment once its scan is done."""
    entries().insert_one({"_id": generation, "confirmed": present(), "entries": {}})


def enter(generations: Iterable[str], at: datetime, bells: Mapping[str, int] | None = None) -> str:
    """Before bells are rung: nothing after `at` is known to be in. Returns the entry's name.

    It is that of the bells: rung again after an error, they leave no second entry.
    Not waited for: what follows it is in the log of changes behind it, and nobody reads the one without the other.
    """
    forget()
    entry = uuid.uuid5(uuid.NAMESPACE_OID, f"{at} {bells}").hex
    _quickly().update_many({"_id": {"$in": list(generations)}}, {"$set": {f"entries.{entry}": at}})
    return entry


def confirm(generations: Iterable[str], entry: str, at: datetime) -> None:
    """After they were answered: everything up to `at` is in, unless an older entry says otherwise."""
    done = {"$unset": {f"entries.{entry}": ""}, "$max": {"confirmed": at}}
    _quickly().update_many({"_id": {"$in": list(generations)}}, done)
    forget()


def clear(generation: str, before: datetime) -> None:
    """After a sweep that began at `before`: what relays left that died is done too."""
    left = (entries().find_one({"_id": generation}) or {}).get("entries", {})
    gone = {f"entries.{entry}": "" for entry, at in left.items() if at < before}
    change: Document = {"$max": {"confirmed": before}}
    entries().update_one({"_id": generation}, {**change, "$unset": gone} if gone else change)
    forget()


def of(generations: Iterable[str]) -> Freshness:
    """That of the least fresh of these generations, as it stands."""
    read_at = time.monotonic()
    kept = list(entries().find({"_id": {"$in": list(generations)}}))
    oldest_entry = min((at for one in kept for at in one["entries"].values()), default=None)
    return Freshness(confirmed=min(one["confirmed"] for one in kept), oldest_entry=oldest_entry, read_at=read_at)


def recently(generations: Iterable[str]) -> Freshness:
    """As it was known a moment ago at most, which spares a look at every request; never stale without a second look."""
    names = tuple(generations)
    kept = _readings.get(names)
    if kept is None or time.monotonic() - kept.read_at > STANDS_FOR or kept.stale:
        kept = _readings[names] = of(names)
    return kept


def forget() -> None:
    """For when this process itself has moved documents: what it did is to be seen in it at once."""
    _readings.clear()
