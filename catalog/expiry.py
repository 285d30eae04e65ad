"""What time ends in the catalogue: which stocks are due, and the command that sees to them every minute."""

import logging
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from catalog.commands.stock import ExpireStock
from catalog.events import (
    ExpiryNoticed,
    LotAdjusted,
    LotExpired,
    LotRecalled,
    LotReceived,
    LotRejected,
    LotWrittenOff,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import BARBADOS, NOTICES
from efi import generations
from efi.commands import dispatch
from efi.errors import Refusal
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.projections import projects
from efi.schedule import every

NAME = "stock_due"
logger = logging.getLogger(__name__)


def empty() -> Document:
    return {"lots": {}, "reserved": {}}


def derive(document: Document) -> None:
    lots = map(_due, document["lots"].values())
    document["due"] = min([*lots, *document["reserved"].values()], default=None)


def _due(lot: Document) -> datetime:
    """The start of the day of its next notice, or, with none to give, of the day after its best-before."""
    end: datetime = lot["end"]
    given = lot["noticed"] or max(NOTICES) + 1
    ahead = [end - timedelta(days=days + 1) for days in NOTICES if days < given and lot["remaining"]]
    return min(ahead, default=end)


@projects(NAME, streams=("stock",), version=2, empty=empty, derive=derive, indexes=([("due", 1)],))
def fold(document: Document, event: Event, commit: Commit) -> None:
    lots, reserved = document["lots"], document["reserved"]
    match event:
        case LotReceived():
            end = datetime.combine(event.best_before + timedelta(days=1), time(), BARBADOS)
            lots[str(event.lot_id)] = {"end": end.astimezone(UTC), "remaining": event.quantity, "noticed": None}
        case ExpiryNoticed():
            lots[str(event.lot_id)]["noticed"] = event.days
        case LotExpired() | LotRejected() | LotRecalled():
            lots.pop(str(event.lot_id), None)
        case LotAdjusted():
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case LotWrittenOff() if str(event.lot_id) in lots:
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case StockReserved() | ReservationExtended():
            reserved[str(event.reservation_id)] = event.expires_at
        case ReservationReleased() | ReservationLapsed():
            del reserved[str(event.reservation_id)]
        case StockAllocated():
            reserved.pop(str(event.reservation_id), None)
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] -= part.quantity


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
