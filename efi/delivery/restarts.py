"""Sees that MongoDB was started again, and clears what its crash has left: bells whose answer it took back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from efi.delivery.schedule import every
from efi.log.mongo import client
from efi.reading import followers, freshness

LOOKS_EVERY = timedelta(seconds=3)


@dataclass
class Seen:
    """The start of MongoDB that this process has seen last."""

    start: Any = None
    at: datetime | None = None
    """When that was, until the followers were swept for it."""


seen = Seen()


@every(LOOKS_EVERY)
def sweep_after_a_restart(at: datetime) -> None:
    """Sweeps followers with bells from before MongoDB's last start: that one was answered is not journaled.

    It looks once more before it sweeps, as most of them are answered meanwhile. A member that was elected counts as
    started, and so does the first that this process meets.
    """
    start = start_of_mongodb()
    if start != seen.start:
        seen.start, seen.at = start, freshness.present()
    elif seen.at:
        begun = set(freshness.entries().distinct("_id"))
        for one in followers.followers():
            oldest = freshness.read([one.name]).oldest_entry if one.name in begun else None
            if oldest and oldest < seen.at:
                followers.sweep(one)
        seen.at = None


def start_of_mongodb() -> Any:
    """Returns what tells one start of the primary's process from another."""
    return client().admin.command("hello")["topologyVersion"]["processId"]
