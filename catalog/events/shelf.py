"""What of a product lies on the shelf: the part of a fold that every document with a product's stock shares."""

from datetime import UTC, datetime, time

from catalog.events.lots import (
    LotAdjusted,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotReleased,
    LotWrittenOff,
)
from catalog.events.stock import (
    AllocationReturned,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockClosed,
    StockRecalled,
    StockReopened,
    StockReserved,
)
from efi.domain.events import Event
from efi.domain.payloads import Payload


def empty() -> Payload:
    """Returns the fields that `fold` keeps, for a product without stock."""
    return {"lots": {}, "promised": {}, "closed": False}


def fold(document: Payload, event: Event) -> None:
    """Takes an event of the stock into the document's lots and promises.

    A lot is forgotten once it is disposed of. It may be recalled, and disposed of, once more after that.
    """
    lots, promised = document["lots"], document["promised"]
    match event:
        case LotReceived():
            best_before = datetime.combine(event.best_before, time(), UTC)
            lots[str(event.lot_id)] = {"remaining": event.quantity, "best_before": best_before, "on_sale": False}
        case LotReleased():
            lots[str(event.lot_id)]["on_sale"] = True
        case LotHeld() | LotExpired():
            lots[str(event.lot_id)]["on_sale"] = False
        case LotRecalled() if str(event.lot_id) in lots:
            lots[str(event.lot_id)]["on_sale"] = False
        case LotAdjusted() | LotWrittenOff():
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case LotDisposed():
            lots.pop(str(event.lot_id), None)
        case StockClosed() | StockRecalled():
            document["closed"] = True
        case StockReopened():
            document["closed"] = False
        case StockReserved():
            promised[str(event.reservation_id)] = event.quantity
        case ReservationReleased() | ReservationLapsed():
            del promised[str(event.reservation_id)]
        case StockAllocated():
            promised.pop(str(event.reservation_id), None)
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] -= part.quantity
        case AllocationReturned():
            for part in event.parts:
                if str(part.lot_id) in lots:
                    lots[str(part.lot_id)]["remaining"] += part.quantity


def derive(document: Payload, *, ended: bool = False) -> None:
    """Derives how much is available, whether more is promised than there is, and the nearest best-before.

    `ended`: the product is no longer sold, which its own stream may tell before its stock is closed.
    """
    sold = [lot for lot in document["lots"].values() if lot["on_sale"] and lot["remaining"]]
    to_sell = 0 if document["closed"] or ended else sum(lot["remaining"] for lot in sold)
    unpromised = to_sell - sum(document["promised"].values())
    document["available"], document["overbooked"] = max(0, unpromised), unpromised < 0
    document["in_stock"] = document["available"] > 0
    document["best_before"] = min((lot["best_before"] for lot in sold), default=None)
