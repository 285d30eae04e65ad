"""A heartbeat in the log: followed like any commit, so that a frozen relay cannot look healthy when nothing sells."""

from datetime import datetime, timedelta
from uuid import uuid4

from efi import event_store, freshness, relay
from efi.aggregate import Aggregate, aggregate
from efi.context import Context
from efi.events import Event, event
from efi.schedule import every

SWEEP = timedelta(minutes=10)


@event()
class Beaten(Event):
    """The system was alive."""


@aggregate("heartbeat")
class Heartbeat(Aggregate):
    """One stream a day, which nobody commands."""

    def evolve(self, event: Event) -> None:
        """There is nothing to remember."""


@every(freshness.HEARTBEAT)
def beat(at: datetime) -> None:
    """Of several processes that beat at once one wins, which is enough."""
    stream, drawn = f"{Heartbeat.kind}:{at.date()}", uuid4()
    context = Context(command_id=drawn, actor="heartbeat", at=at, correlation_id=drawn)
    try:
        event_store.append(stream, event_store.head(stream), [Beaten()], context, "")
    except event_store.VersionConflict:
        return


@every(SWEEP)
def sweep(at: datetime) -> None:
    relay.sweep()
