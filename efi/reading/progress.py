"""Records which bells are outstanding: relays do so before they ring, and followers after they have answered."""

import math
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pymongo import WriteConcern
from pymongo.collection import Collection

from efi.log.mongo import Document
from efi.reading import freshness

_confirmed_at: dict[str, float] = {}


def routes(kinds: Iterable[str], lane: str) -> list[str]:
    """Returns the routes of the bells that a follower hears: of its kinds, and of the heartbeat that keeps it fresh."""
    return [f"{lane}.{kind}" for kind in (*kinds, freshness.HEARTBEATS)]


def start_hearing(name: str, kinds: Iterable[str], lane: str) -> None:
    """Begins to record bells for a follower; it is complete up to this moment once the sweep that follows is done."""
    begun = freshness.present()
    fresh = {"confirmed": begun, "begun": begun, "entries": {}}
    heard = {"hears": routes(kinds, lane)}
    freshness.entries().update_one({"_id": name}, {"$set": heard, "$setOnInsert": fresh}, upsert=True)


def stop_hearing(name: str) -> None:
    """Ends the recording of bells for a follower: nobody answers them any more."""
    freshness.entries().update_one({"_id": name}, {"$set": {"hears": []}})
    freshness.under_way().update_many({"waiting": name}, {"$pull": {"waiting": name}})


def enter(generations: Iterable[str], at: datetime, bells: Mapping[str, int] | None = None) -> str:
    """Records that bells sent at `at` are outstanding, so that `as_of` stops there; returns the name of the entry.

    Bells that are rung again after an error have the same name. It is written with w=1: the documents are written after
    it in MongoDB's log of changes, so that nobody can read them without it.
    """
    freshness.forget()
    entry = uuid.uuid5(uuid.NAMESPACE_OID, f"{at} {bells}").hex
    _quickly().update_many({"_id": {"$in": list(generations)}}, {"$set": {f"entries.{entry}": at}})
    return entry


def confirm(generations: Iterable[str], entry: str, at: datetime) -> None:
    """Removes an entry after its bells were answered: all up to `at` is complete, unless an older entry remains."""
    done = [{"$unset": f"entries.{entry}"}, _confirmed(at)]
    _quickly().update_many({"_id": {"$in": list(generations)}}, done)
    freshness.forget()


def send(bells: Mapping[str, Mapping[str, int]], at: datetime, until: datetime) -> dict[str, str]:
    """Records by route that bells are about to be given to a broker, so that `as_of` of their followers stops at `at`.

    Returns the name of the entry of each route, "" for a heartbeat.
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
    """Confirms followers of a lane that hear none of these routes: nothing up to `until` concerned them."""
    others = {"hears": {"$regex": f"^{lane}[.]", "$nin": list(sent)}}
    _quickly().update_many(others, [_confirmed(until)])
    freshness.forget()


def arrived(name: str, entry: str, until: datetime) -> None:
    """Removes a follower from an entry after it has answered; `confirmed` is written no more often than it is read."""
    if entry:
        freshness.under_way().update_one({"_id": entry}, {"$pull": {"waiting": name}})
        if time.monotonic() < _confirmed_at.get(name, -math.inf) + freshness.STANDS_FOR:
            return
    _quickly().update_one({"_id": name}, [_confirmed(until)])
    _confirmed_at[name] = time.monotonic()
    freshness.forget()


def tidy() -> int:
    """Deletes the entries that all followers have answered; returns how many."""
    return freshness.under_way().delete_many({"waiting": []}).deleted_count


def clear(generation: str, before: datetime) -> None:
    """Removes the entries before a sweep that began at `before`, also those of relays that died.

    Bells that are rung until later stay: they may name what the sweep has not seen.
    """
    freshness.under_way().update_many(
        {"waiting": generation, "until": {"$lt": before}}, {"$pull": {"waiting": generation}}
    )
    left = (freshness.entries().find_one({"_id": generation}) or {}).get("entries", {})
    gone = [f"entries.{entry}" for entry, at in left.items() if at < before]
    steps = [{"$unset": gone}] if gone else []
    freshness.entries().update_one({"_id": generation}, [*steps, _confirmed(before)])
    freshness.forget()


def _confirmed(at: datetime) -> Document:
    """Returns the step of an update that raises `confirmed` to `at`, and never lowers what may be true.

    What lies far ahead of MongoDB's clock was confirmed while that was wrong, and would hide that no more comes.
    """
    ahead = {"$gt": ["$confirmed", {"$add": ["$$NOW", freshness.OVERDUE // timedelta(milliseconds=1)]}]}
    return {"$set": {"confirmed": {"$cond": [ahead, at, {"$max": ["$confirmed", at]}]}}}


def _quickly() -> Collection[Document]:
    return freshness.entries().with_options(write_concern=WriteConcern(w=1))


def _entry_of(route: str, at: datetime, bells: Mapping[str, int]) -> str:
    if route.partition(".")[2] == freshness.HEARTBEATS:
        return ""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{route} {at} {bells}").hex
