"""What time ends in the catalogue: which stocks are due, and the command that sees to them every minute."""

import logging
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from catalog.commands.stock import ExpireStock
from catalog.events import (
    ExpiryNoticed,
    LotExpired,
    LotRecalled,
    LotReceived,
    LotRejected,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockRecalled,
    StockReserved,
    shelf,
)
from catalog.values import NOTICES
from efi.delivery.schedule import every
from efi.domain.errors import Refusal
from efi.domain.events import Event
from efi.domain.values import BARBADOS
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading import generations
from efi.reading.projections import projects
from efi.writing.dispatch import dispatch

NAME = "stock_due"
logger = logging.getLogger(__name__)


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def empty() -> Document:
    """`to_recall` counts the lots that were not recalled yet, on the shelf or not."""
    return {"ends": {}, "until": {}, "to_recall": 0, "recalled": False, **shelf.empty()}


def derive(document: Document) -> None:
    """At once where one command could not give back all that can't be kept, or recall all lots of a product."""
    shelf.derive(document)
    lots = (_due(end, document["lots"][lot_id]["remaining"]) for lot_id, end in document["ends"].items())
    unfinished = document["overbooked"] or (document["recalled"] and document["to_recall"])
    over = [LONG_AGO] if unfinished else []
    document["due"] = min([*over, *lots, *document["until"].values()], default=None)


def _due(end: Document, remaining: int) -> datetime:
    """The start of the day of its next notice, or, with none to give, of the day after its best-before."""
    at: datetime = end["at"]
    given = end["noticed"] or max(NOTICES) + 1
    ahead = [at - timedelta(days=days + 1) for days in NOTICES if days < given and remaining]
    return min(ahead, default=at)


@projects(NAME, streams=("stock",), version=4, empty=empty, derive=derive, indexes=([("due", 1)],))
def fold(document: Document, event: Event, commit: Commit) -> None:
    shelf.fold(document, event)
    ends, until = document["ends"], document["until"]
    match event:
        case LotReceived():
            day_after = datetime.combine(event.best_before + timedelta(days=1), time(), BARBADOS)
            ends[str(event.lot_id)] = {"at": day_after.astimezone(UTC), "noticed": None}
            document["to_recall"] += 1
        case ExpiryNoticed():
            ends[str(event.lot_id)]["noticed"] = event.days
        case LotExpired() | LotRejected():
            ends.pop(str(event.lot_id), None)
        case LotRecalled():
            ends.pop(str(event.lot_id), None)
            document["to_recall"] -= 1
        case StockRecalled():
            document["recalled"] = True
        case StockReserved() | ReservationExtended():
            until[str(event.reservation_id)] = event.expires_at
        case ReservationReleased() | ReservationLapsed() | StockAllocated():
            until.pop(str(event.reservation_id), None)


@every(timedelta(minutes=1))
def expire(at: datetime) -> None:
    """The read model says what may be due; the aggregate decides."""
    due = generations.live(NAME).documents.find({"due": {"$lte": at}}, {"_id": 1})
    for stock in list(due):
        _expire(UUID(stock["_id"]), at)


def _expire(product_id: UUID, at: datetime) -> None:
    """One stock that cannot be seen to keeps no other waiting."""
    try:
        dispatch(ExpireStock(product_id=product_id), actor="schedule", at=at)
    except Refusal as refusal:
        logger.warning("stock:%s is not seen to: %s", product_id, refusal)
