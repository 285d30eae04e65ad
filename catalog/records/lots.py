"""A record for each lot, with what remains of it and whether it may be sold."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from enum import StrEnum

from catalog.events import (
    AdjustmentDeclined,
    AdjustmentProposed,
    ExpiryNoticed,
    LotAdjusted,
    LotApproved,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotRejected,
    LotReleased,
    LotWrittenOff,
    StockAllocated,
)
from catalog.values import Level
from efi.domain.events import Event
from efi.domain.texts import terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding


class State(StrEnum):
    """How far a lot has come from its receipt."""

    QUARANTINE = "quarantine"
    APPROVED_ONCE = "approved_once"
    ON_SALE = "on_sale"
    EXPIRED = "expired"
    REJECTED = "rejected"
    RECALLED = "recalled"
    DISPOSED = "disposed"


NAME = "lot_records"
listing = Listing(
    closed={"state": tuple(State), "notice": ("", *Level)},
    open=("product_id", "supplier_id"),
    sorts={
        "best_before": ("best_before",),
        "batch_number": ("batch_number",),
        "remaining": ("remaining",),
        "received_at": ("received_at",),
    },
)


def empty() -> Document:
    return {"lots": {}}


def rows(fact: Document) -> Iterator[Document]:
    """Whoever receives a lot draws its id, so that it is one only together with its product's."""
    for lot_id, lot in fact["lots"].items():
        about = {"product_id": fact["_id"], "lot_id": lot_id, "terms": terms(lot["batch_number"])}
        yield {"_id": f"{fact['_id']}:{lot_id}", **about, **lot}


@projects(
    NAME,
    streams=("stock",),
    version=2,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding(),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    lots = fact["lots"]
    match event:
        case LotReceived():
            lots[str(event.lot_id)] = {
                "batch_number": event.batch_number,
                "supplier_id": str(event.supplier_id),
                "best_before": datetime.combine(event.best_before, time(), UTC),
                "received": event.quantity,
                "remaining": event.quantity,
                "state": State.QUARANTINE,
                "reason": "",
                "notice": "",
                "adjustment_id": None,
                "received_at": commit.occurred_at,
            }
        case LotApproved():
            lots[str(event.lot_id)]["state"] = State.APPROVED_ONCE
        case LotReleased():
            lots[str(event.lot_id)].update(state=State.ON_SALE, reason="")
        case LotExpired():
            lots[str(event.lot_id)].update(state=State.EXPIRED, reason="", adjustment_id=None)
        case LotHeld():
            lots[str(event.lot_id)].update(state=State.QUARANTINE, reason=event.reason)
        case LotRejected():
            lots[str(event.lot_id)].update(state=State.REJECTED, reason=event.reason, adjustment_id=None)
        case LotRecalled():
            lots[str(event.lot_id)].update(state=State.RECALLED, reason=event.reason, adjustment_id=None)
        case LotDisposed():
            lots[str(event.lot_id)].update(state=State.DISPOSED, reason=event.reason, remaining=0)
        case LotAdjusted() if event.adjustment_id:
            lots[str(event.lot_id)].update(remaining=event.remaining, adjustment_id=None)
        case LotWrittenOff() | LotAdjusted():
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case AdjustmentProposed():
            lots[str(event.lot_id)]["adjustment_id"] = str(event.adjustment_id)
        case AdjustmentDeclined():
            lots[str(event.lot_id)]["adjustment_id"] = None
        case ExpiryNoticed():
            lots[str(event.lot_id)]["notice"] = event.level
        case StockAllocated():
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] -= part.quantity
