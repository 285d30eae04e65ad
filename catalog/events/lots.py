"""What happens to one lot of a product's stock."""

from datetime import date
from uuid import UUID

from catalog.values import Level, Loss, Severity
from efi.domain.events import Event, event
from efi.domain.values import Money


@event()
class LotReceived(Event):
    """Goods came in, into quarantine."""

    product_id: UUID
    lot_id: UUID
    supplier_id: UUID
    batch_number: str
    best_before: date
    quantity: int


@event()
class LotApproved(Event):
    """The first of the two approvers whom a release needs."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    approved_by: str


@event()
class LotReleased(Event):
    """Out of quarantine, by two people who differ: it may be sold."""

    product_id: UUID
    lot_id: UUID
    approved_by: tuple[str, str]


@event()
class LotHeld(Event):
    """Back in quarantine: both its approvals are needed anew."""

    product_id: UUID
    lot_id: UUID
    reason: str
    held_by: str


@event()
class LotRejected(Event):
    """Out of quarantine, never to be sold: it waits for its disposal."""

    product_id: UUID
    lot_id: UUID
    reason: str
    rejected_by: str


@event()
class LotRecalled(Event):
    """Not to be sold, and to be had back from the orders that it was allocated to."""

    product_id: UUID
    lot_id: UUID
    reason: str
    severity: Severity
    recalled_by: str
    remaining: int


@event()
class LotDisposed(Event):
    """What was left of it is gone."""

    product_id: UUID
    lot_id: UUID
    quantity: int
    reason: str
    disposed_by: str


@event()
class LotWrittenOff(Event):
    """Units of it were lost, and so many remain."""

    product_id: UUID
    lot_id: UUID
    loss: Loss
    quantity: int
    remaining: int
    reason: str
    written_off_by: str


@event()
class LotAdjusted(Event):
    """There were more or fewer of it than was thought: so many remain. `reference` names the document that says so."""

    product_id: UUID
    lot_id: UUID
    change: int
    remaining: int
    reason: str
    reference: str
    adjusted_by: str
    adjustment_id: UUID | None
    approved_by: str | None


@event()
class AdjustmentProposed(Event):
    """One of so much worth that a second person must agree."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    change: int
    unit_value: Money | None
    reason: str
    reference: str
    proposed_by: str


@event()
class AdjustmentDeclined(Event):
    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    reason: str
    declined_by: str


@event()
class LotExpired(Event):
    """Its best-before is over: what remains of it is no longer sold."""

    product_id: UUID
    lot_id: UUID
    remaining: int


@event()
class ExpiryNoticed(Event):
    """So many days at most are left of its best-before, or fewer where it came in late."""

    product_id: UUID
    lot_id: UUID
    days: int
    level: Level
    best_before: date
    remaining: int
