"""A record for each lot, with what remains of it and whether it may be sold."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from enum import StrEnum

from catalog.events import LotApproved, LotExpired, LotReceived, LotReleased, StockAllocated
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.projections import Rows, projects
from efi.records import Listing, hiding
from efi.texts import terms


class State(StrEnum):
    """How far a lot has come from its receipt."""

    QUARANTINE = "quarantine"
    APPROVED_ONCE = "approved_once"
    ON_SALE = "on_sale"
    EXPIRED = "expired"


NAME = "lot_records"
listing = Listing(
    closed={"state": tuple(State)},
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
    version=1,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding(),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            fact["lots"][str(event.lot_id)] = {
                "batch_number": event.batch_number,
                "supplier_id": str(event.supplier_id),
                "best_before": datetime.combine(event.best_before, time(), UTC),
                "received": event.quantity,
                "remaining": event.quantity,
                "state": State.QUARANTINE,
                "received_at": commit.occurred_at,
            }
        case LotApproved():
            fact["lots"][str(event.lot_id)]["state"] = State.APPROVED_ONCE
        case LotReleased():
            fact["lots"][str(event.lot_id)]["state"] = State.ON_SALE
        case LotExpired():
            fact["lots"][str(event.lot_id)]["state"] = State.EXPIRED
        case StockAllocated():
            for part in event.parts:
                fact["lots"][str(part.lot_id)]["remaining"] -= part.quantity
