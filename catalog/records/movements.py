"""The journal of stock, read off the events: what came and went of each lot, why, for whom and by whom."""

from enum import StrEnum
from uuid import UUID

from catalog.events import (
    AllocationReturned,
    LotAdjusted,
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
from efi.domain.events import Event
from efi.domain.texts import terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Journal, projects
from efi.reading.records import Listing, hiding


class Movement(StrEnum):
    """What happened to a lot. Those that only change its standing move no units."""

    RECEIPT = "receipt"
    RELEASE = "release"
    HOLD = "hold"
    REJECTION = "rejection"
    SALE = "sale"
    CANCELLATION = "cancellation"
    ADJUSTMENT = "adjustment"
    DAMAGE = "damage"
    THEFT = "theft"
    EXPIRATION = "expiration"
    RECALL = "recall"
    DISPOSAL = "disposal"


NAME = "movement_records"
listing = Listing(
    closed={"type": tuple(Movement)},
    open=("product_id", "lot_id"),
    sorts={"moved_at": ("moved_at", "number"), "reference": ("reference",)},
)


def empty() -> Document:
    """Returns what the next movement has to tell of its lot, for a stock without lots."""
    return {"lots": {}, "moved": 0, "_new": []}


@projects(
    NAME,
    streams=("stock",),
    version=4,
    shape=Journal,
    empty=empty,
    indexes=listing.indexes,
    view=(hiding("number"),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            fact["lots"][str(event.lot_id)] = {"batch_number": event.batch_number, "remaining": 0}
            _move(fact, commit, event.lot_id, Movement.RECEIPT, event.quantity)
        case LotReleased():
            _move(fact, commit, event.lot_id, Movement.RELEASE)
        case LotHeld():
            _move(fact, commit, event.lot_id, Movement.HOLD, reason=event.reason)
        case LotRejected():
            _move(fact, commit, event.lot_id, Movement.REJECTION, reason=event.reason)
        case LotExpired():
            _move(fact, commit, event.lot_id, Movement.EXPIRATION)
        case LotRecalled():
            _move(fact, commit, event.lot_id, Movement.RECALL, reason=event.reason)
        case LotDisposed():
            _move(fact, commit, event.lot_id, Movement.DISPOSAL, -event.quantity, reason=event.reason)
        case LotWrittenOff():
            _move(fact, commit, event.lot_id, Movement(event.loss), -event.quantity, reason=event.reason)
        case LotAdjusted():
            why = {"reason": event.reason, "reference": event.reference}
            _move(fact, commit, event.lot_id, Movement.ADJUSTMENT, event.change, **why)
        case StockAllocated():
            why = {"reason": event.override_reason or "", "reference": event.reference}
            for part in event.parts:
                _move(fact, commit, part.lot_id, Movement.SALE, -part.quantity, **why)
        case AllocationReturned():
            for part in event.parts:
                _move(fact, commit, part.lot_id, Movement.CANCELLATION, part.quantity, reference=event.reference)


def _move(
    fact: Document,
    commit: Commit,
    lot_id: UUID,
    kind: Movement,
    quantity: int = 0,
    *,
    reason: str = "",
    reference: str = "",
) -> None:
    lot = fact["lots"][str(lot_id)]
    lot["remaining"] += quantity
    fact["moved"] += 1
    movement = {
        "_id": f"{fact['_id']}:{fact['moved']}",
        "number": fact["moved"],
        "product_id": fact["_id"],
        "lot_id": f"{fact['_id']}:{lot_id}",
        "batch_number": lot["batch_number"],
        "terms": terms(lot["batch_number"], reference),
        "type": kind,
        "quantity": quantity,
        "remaining": lot["remaining"],
        "reference": reference,
        "reason": reason,
        "moved_by": commit.actor,
        "moved_at": commit.occurred_at,
    }
    fact["_new"].append(movement)
