"""What happens to one lot of a product's stock."""

from datetime import date
from uuid import UUID

from catalog.values import Level, Loss, Severity
from efi.domain.events import Event, event
from efi.domain.values import Money


@event()
class LotReceived(Event):
    """Goods came in, and are in quarantine."""

    product_id: UUID
    lot_id: UUID
    supplier_id: UUID
    batch_number: str
    best_before: date
    quantity: int


@event()
class LotApproved(Event):
    """The first of the two people who release a lot has approved it."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    approved_by: str


@event()
class LotReleased(Event):
    """Two people who differ have released the lot: it may be sold."""

    product_id: UUID
    lot_id: UUID
    approved_by: tuple[str, str]


@event()
class LotHeld(Event):
    """The lot is back in quarantine; both approvals are needed anew."""

    product_id: UUID
    lot_id: UUID
    reason: str
    held_by: str


@event()
class LotRejected(Event):
    """The lot is never sold, and waits for its disposal."""

    product_id: UUID
    lot_id: UUID
    reason: str
    rejected_by: str


@event()
class LotRecalled(Event):
    """The lot is not sold any more, and is to be taken back from the orders that had of it."""

    product_id: UUID
    lot_id: UUID
    reason: str
    severity: Severity
    recalled_by: str
    remaining: int


@event()
class LotDisposed(Event):
    """What was left of the lot was disposed of."""

    product_id: UUID
    lot_id: UUID
    quantity: int
    reason: str
    disposed_by: str


@event(schema=2)
class LotWrittenOff(Event):
    """Units of the lot were lost; `remaining` are left. `adjustment_id` is set if a second person had to agree."""

    product_id: UUID
    lot_id: UUID
    loss: Loss
    quantity: int
    remaining: int
    reason: str
    written_off_by: str
    adjustment_id: UUID | None = None
    approved_by: str | None = None


@event()
class LotAdjusted(Event):
    """There were more or fewer units than was thought. `remaining` are left.

    `reference` names the document that says so.
    """

    product_id: UUID
    lot_id: UUID
    change: int
    remaining: int
    reason: str
    reference: str
    adjusted_by: str
    adjustment_id: UUID | None
    approved_by: str | None


@event(schema=2)
class AdjustmentProposed(Event):
    """An adjustment, or a loss, is worth so much that a second person must agree; `unit_value` is in BBD."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    change: int
    unit_value: Money | None
    reason: str
    reference: str
    proposed_by: str
    loss: Loss | None = None


@event()
class AdjustmentDeclined(Event):
    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    reason: str
    declined_by: str


@event()
class LotExpired(Event):
    """The best-before of the lot is over: what remains of it is no longer sold."""

    product_id: UUID
    lot_id: UUID
    remaining: int


@event()
class ExpiryNoticed(Event):
    """At most this many days are left until the best-before of the lot, or fewer if it came in late."""

    product_id: UUID
    lot_id: UUID
    days: int
    level: Level
    best_before: date
    remaining: int
