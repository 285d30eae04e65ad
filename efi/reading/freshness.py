"""How fresh generations are: the moment up to which all their documents are complete."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson.timestamp import Timestamp
from django.conf import settings
from pymongo import WriteConcern
from pymongo.collection import Collection

from efi.log.event_store import now
from efi.log.mongo import Document, client, collection

HEARTBEATS = "heartbeat"
"""The kind of the heartbeats' streams. No document shows one: it only proves that bells arrive."""
HEARTBEAT = timedelta(seconds=5)
OVERDUE = 2 * HEARTBEAT + timedelta(seconds=2)
STALE_AFTER = timedelta(seconds=2)
MOST_COUNTED = 1_000
STANDS_FOR = 0.2
"""Seconds for which a reading is used again. It stays true: up to its moment the documents are complete for good."""


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How fresh the least fresh of some generations is. `read_at` is by this process's monotonic clock."""

    confirmed: datetime
    oldest_entry: datetime | None
    read_at: float
    reached: Timestamp | None
    """The cluster's time at the reading: a member that has replicated up to it has all that is complete."""

    @property
    def as_of(self) -> datetime:
        """Returns the moment up to which all is complete."""
        return min(self.oldest_entry, self.confirmed) if self.oldest_entry else self.confirmed

    @property
    def stale(self) -> bool:
        """Returns whether a bell has been outstanding for more than 2 s, or the heartbeat is missing.

        One that lies far ahead proves nothing: it came while the clock was wrong.
        """
        moment = now()
        waiting = self.oldest_entry is not None and moment - self.oldest_entry > STALE_AFTER
        return waiting or abs(moment - self.confirmed) > OVERDUE

    @property
    def behind(self) -> timedelta:
        """Returns for how long there may be something that the documents do not show; never less than nothing."""
        return max(timedelta(0), now() - self.as_of)

    def and_of(self, other: "Freshness") -> "Freshness":
        """Returns the lesser of two freshnesses, for what is made of both."""
        entries = [one.oldest_entry for one in (self, other) if one.oldest_entry]
        return Freshness(
            confirmed=min(self.confirmed, other.confirmed),
            oldest_entry=min(entries, default=None),
            read_at=min(self.read_at, other.read_at),
            reached=self.reached,
        )


_readings: dict[tuple[str, ...], Freshness] = {}


def present() -> datetime:
    """Returns the present by MongoDB's clock, which the times of the change stream follow."""
    moment: datetime = client().admin.command("hello", codec_options=client().codec_options)["localTime"]
    return moment


def entries() -> Collection[Document]:
    """Returns the collection with a document per follower: `confirmed`, and when each outstanding batch was sent."""
    return collection("freshness")


def under_way() -> Collection[Document]:
    """Returns the collection of bells that a broker carries: when each was sent, and who has not answered it yet."""
    return collection("bells").with_options(write_concern=WriteConcern(w=1))


def ensure_indexes() -> None:
    under_way().create_index([("waiting", 1), ("at", 1)])


def read(generations: Iterable[str]) -> Freshness:
    """Returns the freshness of the least fresh of these generations, read now."""
    read_at = time.monotonic()
    names = list(generations)
    with client().start_session().bind() as session:
        kept = list(entries().find({"_id": {"$in": names}}))
        pending = [at for one in kept for at in one["entries"].values()]
        if settings.BROKER_URL:
            pending += filter(None, map(_oldest_under_way, names))
        reached = session.operation_time
    oldest_entry = min(pending, default=None)
    confirmed = min(one["confirmed"] for one in kept)
    return Freshness(confirmed=confirmed, oldest_entry=oldest_entry, read_at=read_at, reached=reached)


def behind(name: str) -> int:
    """Counts the batches of bells that a follower has not answered yet, up to a thousand."""
    kept = entries().find_one({"_id": name}) or {"entries": {}}
    carried = under_way().count_documents({"waiting": name}, limit=MOST_COUNTED) if settings.BROKER_URL else 0
    return len(kept["entries"]) + carried


def _oldest_under_way(name: str) -> datetime | None:
    oldest = under_way().find_one({"waiting": name}, {"at": 1}, sort=[("at", 1)])
    return oldest["at"] if oldest else None


def recently(generations: Iterable[str]) -> Freshness:
    """Returns a freshness that was read up to 0.2 s ago, which saves a look at each request.

    A stale one is read again.
    """
    names = tuple(generations)
    kept = _readings.get(names)
    if kept is None or time.monotonic() - kept.read_at > STANDS_FOR or kept.stale:
        kept = _readings[names] = read(names)
    return kept


def forget() -> None:
    """Forgets what was read: this process has moved documents, and what it did is to be seen at once."""
    _readings.clear()
