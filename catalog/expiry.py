"""What time ends in the catalogue: which stocks are due, and the command that sees to them every minute."""

from datetime import UTC, datetime, timedelta
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
from efi.delivery.due import BY_DUE, when_due
from efi.domain.events import Event
from efi.domain.values import day_after, in_utc
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects

NAME = "stock_due"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def empty() -> Document:
    """Returns what there is of a stock at first; `to_recall` counts lots not recalled yet, on the shelf or not."""
    return {"ends": {}, "until": {}, "to_recall": 0, "recalled": False, **shelf.empty()}


def derive(document: Document) -> None:
    """Sets `due`: to long ago where one command could not give back, or recall, all that it should."""
    shelf.derive(document)
    lots = [_due(end) for lot_id, end in document["ends"].items() if document["lots"][lot_id]["remaining"]]
    unfinished = document["overbooked"] or (document["recalled"] and document["to_recall"])
    over = [LONG_AGO] if unfinished else []
    document["due"] = min([*over, *lots, *document["until"].values()], default=None)


def _due(end: Document) -> datetime:
    """Returns the start of the day of a lot's next notice, or, with none to give, of the day after its best-before."""
    at: datetime = end["at"]
    given = end["noticed"] or max(NOTICES) + 1
    ahead = [at - timedelta(days=days + 1) for days in NOTICES if days < given]
    return min(ahead, default=at)


@projects(NAME, streams=("stock",), version=7, empty=empty, derive=derive, indexes=(BY_DUE,))
def fold(document: Document, event: Event, commit: Commit) -> None:
    shelf.fold(document, event)
    ends, until = document["ends"], document["until"]
    match event:
        case LotReceived():
            ends[str(event.lot_id)] = {"at": day_after(event.best_before), "noticed": None}
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
            until[str(event.reservation_id)] = in_utc(event.expires_at)
        case ReservationReleased() | ReservationLapsed() | StockAllocated():
            until.pop(str(event.reservation_id), None)


@when_due(NAME)
def expire(stock: str) -> ExpireStock:
    """Returns the command that ends what is over of a stock, and gives notice of what soon will be."""
    return ExpireStock(product_id=UUID(stock))
