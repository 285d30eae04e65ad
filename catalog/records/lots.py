"""A record for each lot, with what remains of it and whether it may be sold."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from catalog.events import (
    AdjustmentDeclined,
    AdjustmentProposed,
    AllocationReturned,
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
    ProductCreated,
    ProductDescribed,
    StockAllocated,
)
from catalog.events.states import LOT_BECOMES
from catalog.values import Level, LotState
from efi.domain.events import Event
from efi.domain.texts import terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding

NAME = "lot_records"
listing = Listing(
    closed={"state": tuple(LotState), "notice": ("", *Level), "left": (True, False)},
    open=("product_id", "supplier_id"),
    sorts={
        "best_before": ("best_before",),
        "batch_number": ("batch_number",),
        "remaining": ("remaining",),
        "received_at": ("received_at",),
    },
)


def empty() -> Document:
    """Returns a stock without lots, of whose product nothing is known yet."""
    return {"sku": "", "name": "", "lots": {}}


def rows(fact: Document) -> Iterator[Document]:
    """Yields one for each lot. Its id is its product's and its own: whoever receives a lot draws only the latter."""
    for lot_id, lot in fact["lots"].items():
        found_by = terms(lot["batch_number"], fact["sku"], fact["name"])
        about = {"product_id": fact["_id"], "lot_id": lot_id, "terms": found_by}
        yield {"_id": f"{fact['_id']}:{lot_id}", **about, **lot, "left": lot["remaining"] > 0}


@projects(
    NAME,
    streams=("product", "stock"),
    version=6,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding(),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    lots = fact["lots"]
    match event:
        case ProductCreated():
            fact.update(sku=event.sku, name=event.name)
        case ProductDescribed():
            fact["name"] = event.name
        case LotReceived():
            lots[str(event.lot_id)] = {
                "batch_number": event.batch_number,
                "supplier_id": str(event.supplier_id),
                "best_before": datetime.combine(event.best_before, time(), UTC),
                "received": event.quantity,
                "remaining": event.quantity,
                "state": LotState.QUARANTINE,
                "reason": "",
                "notice": "",
                "adjustment_id": None,
                "received_at": commit.occurred_at,
            }
        case LotApproved():
            _turn(lots, event)
        case LotReleased():
            _turn(lots, event, reason="")
        case LotExpired():
            _turn(lots, event, reason="", adjustment_id=None)
        case LotHeld():
            _turn(lots, event, reason=event.reason)
        case LotRejected() | LotRecalled():
            _turn(lots, event, reason=event.reason, adjustment_id=None)
        case LotDisposed():
            _turn(lots, event, reason=event.reason, remaining=0, adjustment_id=None)
        case LotAdjusted() | LotWrittenOff() if event.adjustment_id:
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
        case AllocationReturned():
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] += part.quantity


def _turn(
    lots: Document,
    event: LotApproved | LotReleased | LotExpired | LotHeld | LotRejected | LotRecalled | LotDisposed,
    **changes: object,
) -> None:
    """Gives a lot the state that it has after the event, and what else the event changes."""
    lots[str(event.lot_id)].update(state=LOT_BECOMES[type(event)], **changes)
