"""A heartbeat in the log: followed like any commit, so that a frozen relay cannot look healthy when nothing sells."""

import logging
from datetime import date, datetime, timedelta
from uuid import uuid4

from pymongo.errors import PyMongoError

from efi.delivery.schedule import every
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.context import Context
from efi.domain.events import Event, event
from efi.log import event_store
from efi.reading import followers, freshness, progress
from efi.reading.followers import Outage
from efi.runtime.metrics import JOB_FAILURES

SWEEP = timedelta(minutes=10)
logger = logging.getLogger(__name__)


@event()
class Beaten(Event):
    """The system was alive."""


@aggregate("heartbeat", told_by=date)
class Heartbeat(Aggregate):
    """A stream for each day, to which no command appends."""

    def evolve(self, event: Event) -> None:
        """Changes nothing: a heartbeat has no state."""


@every(freshness.HEARTBEAT)
def beat(at: datetime) -> None:
    """Appends a heartbeat; of several processes that do so at once one succeeds, which is enough."""
    stream, drawn = f"{Heartbeat.kind}:{at.date()}", uuid4()
    context = Context(command_id=drawn, actor="heartbeat", at=at, correlation_id=drawn)
    head, recorded_at = event_store.last(stream)
    try:
        event_store.append(event_store.commit_of(stream, head, [Beaten()], context, "", recorded_at))
    except event_store.VersionConflict:
        return


@every(SWEEP)
def sweep(at: datetime) -> None:
    """Sweeps every follower; one that fails is logged and does not keep the others from it."""
    for one in followers.followers():
        try:
            followers.sweep(one)
        except Exception as error:
            logger.exception("%s was not swept, and will be the next time", one.name)
            if not isinstance(error, PyMongoError | Outage):
                JOB_FAILURES.labels("sweep").inc()
    progress.tidy()
