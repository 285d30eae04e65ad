"""How far generations have come: noted by relays before they ring, and by followers after they have answered."""

import math
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from pymongo import WriteConcern
from pymongo.collection import Collection

from efi.log.mongo import Document
from efi.reading import freshness

_confirmed_at: dict[str, float] = {}


def routes(kinds: Iterable[str], lane: str) -> list[str]:
    """Of the bells that a follower hears: of its kinds, and the heartbeat, lest it seems late when nothing sells."""
    return [f"{lane}.{kind}" for kind in (*kinds, freshness.HEARTBEATS)]


def begin(name: str, kinds: Iterable[str], lane: str) -> None:
    """From now on bells for it are counted; complete up to this moment once the scan that follows is done."""
    begun = freshness.present()
    fresh = {"confirmed": begun, "begun": begun, "entries": {}}
    heard = {"hears": routes(kinds, lane)}
    freshness.entries().update_one({"_id": name}, {"$set": heard, "$setOnInsert": fresh}, upsert=True)


def stop_hearing(name: str) -> None:
    """Nobody answers its bells any more."""
    freshness.entries().update_one({"_id": name}, {"$set": {"hears": []}})
    freshness.under_way().update_many({"waiting": name}, {"$pull": {"waiting": name}})


def enter(generations: Iterable[str], at: datetime, bells: Mapping[str, int] | None = None) -> str:
    """Before bells are rung: nothing after `at` is known to be in. Returns the entry's name.

    It is that of the bells: rung again after an error, they leave no second entry.
    Not waited for: what follows it is in the log of changes behind it, and nobody reads the one without the other.
    """
    freshness.forget()
    entry = uuid.uuid5(uuid.NAMESPACE_OID, f"{at} {bells}").hex
    _quickly().update_many({"_id": {"$in": list(generations)}}, {"$set": {f"entries.{entry}": at}})
    return entry


def confirm(generations: Iterable[str], entry: str, at: datetime) -> None:
    """After they were answered: everything up to `at` is in, unless an older entry says otherwise."""
    done = {"$unset": {f"entries.{entry}": ""}, "$max": {"confirmed": at}}
    _quickly().update_many({"_id": {"$in": list(generations)}}, done)
    freshness.forget()


def send(bells: Mapping[str, Mapping[str, int]], at: datetime, until: datetime) -> dict[str, str]:
    """Before a broker is given bells, by route: nothing after `at` is known to be in where they go.

    Returns the entry of each route; "" for a heartbeat.
    """
    freshness.forget()
    sent = {route: _entry_of(route, at, some) for route, some in bells.items()}
    for route, entry in sent.items():
        if entry:
            waiting: Document = {"_id": entry, "waiting": {"$push": "$_id"}}
            kept: Document = {"into": freshness.under_way().name, "whenMatched": "replace"}
            _quickly().aggregate(
                [
                    {"$match": {"hears": route}},
                    {"$group": waiting},
                    {"$set": {"at": at, "until": until}},
                    {"$merge": kept},
                ]
            )
    return sent


def pass_by(lane: str, sent: Iterable[str], until: datetime) -> None:
    """After bells went by these routes: who in the lane hears none of them has everything up to `until`."""
    others = {"hears": {"$regex": f"^{lane}[.]", "$nin": list(sent)}}
    _quickly().update_many(others, {"$max": {"confirmed": until}})
    freshness.forget()


def arrived(name: str, entry: str, until: datetime) -> None:
    """After one of those that heard them has answered. How far it has come is written as often as it is read anew."""
    if entry:
        freshness.under_way().update_one({"_id": entry}, {"$pull": {"waiting": name}})
        if time.monotonic() < _confirmed_at.get(name, -math.inf) + freshness.STANDS_FOR:
            return
    _quickly().update_one({"_id": name}, {"$max": {"confirmed": until}})
    _confirmed_at[name] = time.monotonic()
    freshness.forget()


def tidy() -> int:
    """Drops the bells that all have answered."""
    return freshness.under_way().delete_many({"waiting": []}).deleted_count


def clear(generation: str, before: datetime) -> None:
    """After a sweep that began at `before`: what relays left that died is done too.

    Bells that go on until later may name what the sweep has not seen.
    """
    freshness.under_way().update_many(
        {"waiting": generation, "until": {"$lt": before}}, {"$pull": {"waiting": generation}}
    )
    left = (freshness.entries().find_one({"_id": generation}) or {}).get("entries", {})
    gone = {f"entries.{entry}": "" for entry, at in left.items() if at < before}
    change: Document = {"$max": {"confirmed": before}}
    freshness.entries().update_one({"_id": generation}, {**change, "$unset": gone} if gone else change)
    freshness.forget()


def _quickly() -> Collection[Document]:
    return freshness.entries().with_options(write_concern=WriteConcern(w=1))


def _entry_of(route: str, at: datetime, bells: Mapping[str, int]) -> str:
    if route.partition(".")[2] == freshness.HEARTBEATS:
        return ""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{route} {at} {bells}").hex
