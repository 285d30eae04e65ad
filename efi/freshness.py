"""How fresh a generation is: the moment up to which all its documents are known to be complete."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import WriteConcern
from pymongo.collection import Collection

from efi.event_store import now
from efi.mongo import Document, collection

HEARTBEAT = timedelta(seconds=5)
OVERDUE = 2 * HEARTBEAT + timedelta(seconds=2)
PATIENCE = timedelta(seconds=2)


@dataclass(frozen=True)
class Freshness:
    """`as_of`: complete up to here. `stale`: a bell has been under way for over 2 s, or the heartbeat is missing."""

    as_of: datetime
    stale: bool


def entries() -> Collection[Document]:
    """One document per generation: `confirmed`, and of each batch of bells under way the time of its first."""
    return collection("freshness")


def begin(generation: str) -> None:
    """A generation that is about to be built is complete up to this moment once its scan is done."""
    entries().insert_one({"_id": generation, "confirmed": now(), "entries": {}})


def enter(generations: Iterable[str], at: datetime) -> str:
    """Before bells are rung: nothing after `at` is known to be in. Returns the entry's name."""
    entry = uuid.uuid4().hex
    entries().update_many({"_id": {"$in": list(generations)}}, {"$set": {f"entries.{entry}": at}})
    return entry


def confirm(generations: Iterable[str], entry: str, at: datetime) -> None:
    """After they were answered: everything up to `at` is in, unless an older entry says otherwise."""
    quickly = entries().with_options(write_concern=WriteConcern(w=1))
    done = {"$unset": {f"entries.{entry}": ""}, "$max": {"confirmed": at}}
    quickly.update_many({"_id": {"$in": list(generations)}}, done)


def clear(generation: str, before: datetime) -> None:
    """After a sweep that began at `before`: what relays left that died is done too."""
    left = (entries().find_one({"_id": generation}) or {}).get("entries", {})
    gone = {f"entries.{entry}": "" for entry, at in left.items() if at < before}
    change: Document = {"$max": {"confirmed": before}}
    entries().update_one({"_id": generation}, {**change, "$unset": gone} if gone else change)


def of(generations: Iterable[str]) -> Freshness:
    """That of the least fresh of these generations."""
    kept = list(entries().find({"_id": {"$in": list(generations)}}))
    oldest_entry = min((at for one in kept for at in one["entries"].values()), default=None)
    confirmed = min(one["confirmed"] for one in kept)
    moment = now()
    waiting = oldest_entry is not None and moment - oldest_entry > PATIENCE
    as_of = min(oldest_entry, confirmed) if oldest_entry else confirmed
    return Freshness(as_of=as_of, stale=waiting or moment - confirmed > OVERDUE)
