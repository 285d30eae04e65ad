"""What time ends in the catalogue: which stocks are due, and the command that sees to them every minute."""

import logging
from datetime import datetime, time, timedelta
from uuid import UUID

from catalog.commands.stock import ExpireStock
from catalog.events import (
    LotExpired,
    LotReceived,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import BARBADOS
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
    document["due"] = min([*document["lots"].values(), *document["reserved"].values()], default=None)


@projects(NAME, streams=("stock",), version=1, empty=empty, derive=derive, indexes=([("due", 1)],))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            day_after = event.best_before + timedelta(days=1)
            document["lots"][str(event.lot_id)] = datetime.combine(day_after, time(), BARBADOS)
        case LotExpired():
            del document["lots"][str(event.lot_id)]
        case StockReserved() | ReservationExtended():
            document["reserved"][str(event.reservation_id)] = event.expires_at
        case ReservationReleased() | ReservationLapsed() | StockAllocated():
            document["reserved"].pop(str(event.reservation_id), None)


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
