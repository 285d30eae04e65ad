"""What of a product lies on the shelf: the part of a fold that several read models share."""

from datetime import UTC, datetime, time

from catalog.events import (
    LotAdjusted,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotReleased,
    LotWrittenOff,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from efi.events import Event
from efi.mongo import Document


def empty() -> Document:
    return {"lots": {}, "promised": {}}


def derive(document: Document) -> None:
    sold = [lot for lot in document["lots"].values() if lot["on_sale"] and lot["remaining"]]
    unpromised = sum(lot["remaining"] for lot in sold) - sum(document["promised"].values())
    document["available"], document["overbooked"] = max(0, unpromised), unpromised < 0
    document["in_stock"] = document["available"] > 0
    document["best_before"] = min((lot["best_before"] for lot in sold), default=None)


def fold(document: Document, event: Event) -> None:
    lots, promised = document["lots"], document["promised"]
    match event:
        case LotReceived():
            best_before = datetime.combine(event.best_before, time(), UTC)
            lots[str(event.lot_id)] = {"remaining": event.quantity, "best_before": best_before, "on_sale": False}
        case LotReleased():
            lots[str(event.lot_id)]["on_sale"] = True
        case LotHeld() | LotExpired() | LotRecalled():
            lots[str(event.lot_id)]["on_sale"] = False
        case LotAdjusted() | LotWrittenOff():
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case LotDisposed():
            lots[str(event.lot_id)]["remaining"] = 0
        case StockReserved():
            promised[str(event.reservation_id)] = event.quantity
        case ReservationReleased() | ReservationLapsed():
            del promised[str(event.reservation_id)]
        case StockAllocated():
            promised.pop(str(event.reservation_id), None)
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] -= part.quantity
