"""A lot: goods of one batch, from their receipt to their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from uuid import UUID

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
    LotRejected,
    LotReleased,
    LotWrittenOff,
    StockAllocated,
)
from catalog.events.states import LOT_BECOMES
from catalog.values import (
    FOR_SALE,
    IN_QUARANTINE,
    LEFT_OVER,
    NOTICES,
    LotState,
    Part,
    Severity,
)
from efi.domain.errors import NotFound, Rejected
from efi.domain.proposals import must_be_another

LotFact = (
    LotApproved
    | LotReleased
    | LotHeld
    | LotRejected
    | LotExpired
    | ExpiryNoticed
    | LotRecalled
    | LotDisposed
    | LotWrittenOff
    | AdjustmentProposed
    | AdjustmentDeclined
    | LotAdjusted
)
"""What changes one lot alone."""


class Named(TypedDict):
    """The fields by which a lot's events name it."""

    product_id: UUID
    lot_id: UUID


IN_WORDS = {
    LotState.QUARANTINE: "in quarantine",
    LotState.APPROVED_ONCE: "in quarantine",
    LotState.ON_SALE: "released",
    LotState.DISPOSED: "disposed of",
}
"""What a refusal says of a lot, where its state is no word for that."""


@dataclass(kw_only=True)
class Lot:
    """Goods of one batch, in quarantine until two people release them.

    Its verbs return events, which the stock records.
    """

    product_id: UUID
    lot_id: UUID
    best_before: date
    remaining: int
    received: int
    """Its place in the order of receipt."""
    state: LotState = LotState.QUARANTINE
    approved_by: str = ""
    noticed: int | None = None
    """The days of the last notice of its best-before."""
    adjustment: AdjustmentProposed | None = None
    """What waits for a second person."""
    recalled: bool = False
    """Whether it ever was, though what was left of it may be gone by now."""

    def sellable(self, today: date) -> int:
        return self.remaining if self.state is LotState.ON_SALE and self.best_before >= today else 0

    def is_past(self, today: date) -> bool:
        """Returns whether its best-before is over and its expiry is still to be recorded; never of what is sold out."""
        return self.state in FOR_SALE and self.best_before < today and self.remaining > 0

    def notice_due(self, today: date) -> int | None:
        """Returns the days of the notice that is due, if one is: not where it was given or nothing is left to sell."""
        due = min((days for days in NOTICES if (self.best_before - today).days <= days), default=None)
        given = due is None or (self.noticed is not None and self.noticed <= due)
        over = self.state not in FOR_SALE or self.best_before < today
        return None if given or over or not self.remaining else due

    def approve(self, by: str, today: date) -> LotApproved | LotReleased:
        self._must_be_fresh(today)
        self._must_be(*IN_QUARANTINE, to="released")
        if self.state is LotState.QUARANTINE:
            return LotApproved(**self._named, approved_by=by)
        must_be_another(by, self.approved_by, "a second person must release the lot")
        return LotReleased(**self._named, approved_by=(self.approved_by, by))

    def hold(self, reason: str, by: str) -> LotHeld:
        """Puts it back into quarantine, where its approvals start anew."""
        self._must_be(*FOR_SALE, to="held")
        if self.state is LotState.QUARANTINE:
            raise Rejected("the lot is held already", code="lot_status")
        return LotHeld(**self._named, reason=reason, held_by=by)

    def reject(self, reason: str, by: str) -> LotRejected:
        self._must_be(*IN_QUARANTINE, to="rejected")
        return LotRejected(**self._named, reason=reason, rejected_by=by)

    def expire(self) -> LotExpired:
        return LotExpired(**self._named, remaining=self.remaining)

    def notice(self, days: int) -> ExpiryNoticed:
        return ExpiryNoticed(
            **self._named,
            days=days,
            level=NOTICES[days],
            best_before=self.best_before,
            remaining=self.remaining,
        )

    def recall(self, reason: str, severity: Severity, by: str) -> LotRecalled:
        """Recalls it once, whatever its state: also of what is sold out or gone, orders have had some."""
        if self.recalled:
            raise Rejected("the lot has been recalled already", code="lot_status")
        return LotRecalled(**self._named, reason=reason, severity=severity, recalled_by=by, remaining=self.remaining)

    def dispose(self, reason: str, by: str) -> LotDisposed:
        self._must_be(*LEFT_OVER, LotState.DISPOSED, to="disposed of")
        if not self.remaining:
            raise Rejected("nothing is left of the lot", code="lot_status")
        return LotDisposed(**self._named, quantity=self.remaining, reason=reason, disposed_by=by)

    def correct(
        self, asked: AdjustmentProposed, today: date, *, alone: bool
    ) -> LotAdjusted | LotWrittenOff | AdjustmentProposed:
        """Adjusts it, or writes of it off, at once, or lets that wait for a second person unless one may `alone`."""
        self._must_allow(asked, today)
        if alone:
            return self._corrected(asked, approved_by=None)
        if self.adjustment:
            raise Rejected("another adjustment of the lot waits already", code="adjustment_waits")
        return asked

    def approve_adjustment(self, by: str, today: date) -> LotAdjusted | LotWrittenOff:
        asked = self._waiting
        must_be_another(by, asked.proposed_by, "a second person must agree to the adjustment")
        self._must_allow(asked, today)
        return self._corrected(asked, approved_by=by)

    def decline_adjustment(self, reason: str, by: str) -> AdjustmentDeclined:
        """Ends the adjustment that waits; whoever proposed it may do so too."""
        adjustment_id = self._waiting.adjustment_id
        return AdjustmentDeclined(**self._named, adjustment_id=adjustment_id, reason=reason, declined_by=by)

    def evolve(self, event: LotFact | StockAllocated | AllocationReturned) -> None:
        self.state = LOT_BECOMES.get(type(event), self.state)
        match event:
            case LotApproved():
                self.approved_by = event.approved_by
            case LotHeld():
                self.approved_by = ""
            case LotRejected() | LotExpired():
                self.adjustment = None
            case LotRecalled():
                self.adjustment, self.recalled = None, True
            case LotDisposed():
                self.remaining, self.adjustment = 0, None
            case AdjustmentProposed():
                self.adjustment = event
            case AdjustmentDeclined():
                self.adjustment = None
            case LotAdjusted() | LotWrittenOff():
                self.remaining = event.remaining
                self.adjustment = None if event.adjustment_id else self.adjustment
            case ExpiryNoticed():
                self.noticed = event.days
            case StockAllocated():
                self.remaining -= sum(part.quantity for part in event.parts if part.lot_id == self.lot_id)
            case AllocationReturned():
                self.remaining += sum(part.quantity for part in event.parts if part.lot_id == self.lot_id)

    @property
    def _named(self) -> Named:
        return {"product_id": self.product_id, "lot_id": self.lot_id}

    def _corrected(self, asked: AdjustmentProposed, approved_by: str | None) -> LotAdjusted | LotWrittenOff:
        left, asked_by = self.remaining + asked.change, asked.proposed_by
        answered = asked.adjustment_id if approved_by else None
        if asked.loss:
            return LotWrittenOff(
                **self._named,
                loss=asked.loss,
                quantity=-asked.change,
                remaining=left,
                reason=asked.reason,
                written_off_by=asked_by,
                adjustment_id=answered,
                approved_by=approved_by,
            )
        return LotAdjusted(
            **self._named,
            change=asked.change,
            remaining=left,
            reason=asked.reason,
            reference=asked.reference,
            adjusted_by=asked_by,
            adjustment_id=answered,
            approved_by=approved_by,
        )

    @property
    def _waiting(self) -> AdjustmentProposed:
        if self.adjustment is None:
            raise NotFound("no adjustment waits")
        return self.adjustment

    def _must_be(self, *states: LotState, to: str) -> None:
        if self.state not in states:
            named = IN_WORDS.get(self.state, self.state)
            raise Rejected(f"a lot that is {named} cannot be {to}", code="lot_status")

    def _must_be_fresh(self, today: date) -> None:
        if self.state is LotState.EXPIRED or self.best_before < today:
            raise Rejected(f"its best-before, {self.best_before}, is over", code="lot_expired")

    def _must_hold(self, quantity: int) -> None:
        if quantity > self.remaining:
            raise Rejected(f"{quantity} asked for, {self.remaining} there", code="not_enough_stock")

    def _must_allow(self, asked: AdjustmentProposed, today: date) -> None:
        if asked.loss:
            self._must_be(*FOR_SALE, *LEFT_OVER, to="written off")
        else:
            self._must_be_fresh(today)
            self._must_be(*FOR_SALE, to="adjusted")
        if not asked.change:
            raise Rejected("an adjustment by 0 changes nothing", code="quantity_out_of_range")
        self._must_hold(-asked.change)


def first_expired_first_out(lots: Mapping[UUID, Lot], quantity: int, today: date) -> tuple[Part, ...]:
    """Returns the units that are taken from each lot, of equals from the one received first (docs/domain.md#stock)."""
    parts = []
    for lot_id, lot in sorted(lots.items(), key=lambda entry: (entry[1].best_before, entry[1].received)):
        taken = min(quantity, lot.sellable(today))
        if taken:
            parts.append(Part(lot_id=lot_id, quantity=taken))
            quantity -= taken
    return tuple(parts)
