"""The stock of one product: its lots, and what of them is promised."""

from dataclasses import field
from datetime import date, datetime
from uuid import UUID

from catalog.domain.corrections import Corrections
from catalog.domain.lot import Lot, LotFact, first_expired_first_out
from catalog.domain.promises import Promises
from catalog.events import (
    AdjustmentProposed,
    AllocationReturned,
    AllocationSent,
    LotReceived,
    ReorderPointSet,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockClosed,
    StockRecalled,
    StockReopened,
    StockReserved,
)
from catalog.values import Loss, Part, Severity
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event
from efi.domain.values import Money, business_day

SHARE_OF_CARTS = 4
"""Of what can be sold, all carts together hold a quarter at most, or one unit (docs/domain.md#carts)."""
MOST_ENDED = 200
"""Reservations that are over, or lots past a date or recalled, that one command sees to; the next takes the rest."""


@aggregate("stock")
class Stock(Aggregate):
    """The stock of one product. Never negative; nothing is sold from lots held or past their best-before.

    Once its product has ended nothing of it is sold; what is there is still counted, written off and disposed of.
    """

    lots: dict[UUID, Lot] = field(default_factory=dict)
    promises: Promises = field(default_factory=Promises)
    corrections: Corrections = field(default_factory=Corrections)
    reorder_point: int | None = None
    closed: bool = False
    recalled: StockRecalled | None = None
    """Why all its lots are to be recalled."""
    to_send: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    """What orders have, by their references, and have not been sent."""

    def available(self, at: datetime) -> int:
        """Returns what released lots hold at that moment, less what is reserved; never below 0."""
        return max(0, self._sellable(at) - self.promises.units(at))

    def receive(
        self, lot_id: UUID, *, supplier_id: UUID, batch_number: str, best_before: date, quantity: int, at: datetime
    ) -> None:
        self._must_not_be_recalled()
        if lot_id in self.lots:
            raise Rejected(f"lot {lot_id} has been received already", code="lot_known")
        if best_before < business_day(at):
            raise Rejected(f"best before {best_before} has passed", code="lot_expired")
        _must_be_some(quantity)
        self.record(
            LotReceived(
                product_id=self.identity,
                lot_id=lot_id,
                supplier_id=supplier_id,
                batch_number=batch_number,
                best_before=best_before,
                quantity=quantity,
            )
        )

    def release(self, lot_id: UUID, by: str, at: datetime) -> None:
        self._must_not_be_recalled()
        self.record(self._lot(lot_id).approve(by, business_day(at)))

    def hold(self, lot_id: UUID, reason: str, *, by: str, at: datetime) -> None:
        self.record(self._lot(lot_id).hold(reason, by))
        self._give_back(at, "its lot is held")

    def reject(self, lot_id: UUID, reason: str, by: str) -> None:
        self.record(self._lot(lot_id).reject(reason, by))

    def recall(self, lot_id: UUID, reason: str, severity: Severity, *, by: str, at: datetime) -> None:
        self.record(self._lot(lot_id).recall(reason, severity, by))
        self._give_back(at, "its lot has been recalled")

    def recall_all(self, reason: str, severity: Severity, *, by: str, at: datetime) -> None:
        """Ends all sale and recalls the lots, the newest first; those beyond `MOST_ENDED` are recalled later."""
        self.record(StockRecalled(product_id=self.identity, reason=reason, severity=severity, recalled_by=by))
        self._recall_lots()
        self._give_back(at, "its product has been recalled")

    def close(self, at: datetime) -> None:
        """Ends all sale. What was on its way may still come in."""
        self.record(StockClosed(product_id=self.identity))
        self._give_back(at, "its product is discontinued")

    def reopen(self) -> None:
        """Lets what is released be sold again."""
        self._must_not_be_recalled()
        self.record(StockReopened(product_id=self.identity))

    def dispose(self, lot_id: UUID, reason: str, by: str) -> None:
        self.record(self._lot(lot_id).dispose(reason, by))

    def write_off(
        self,
        lot_id: UUID,
        quantity: int,
        loss: Loss,
        reason: str,
        *,
        unit_value: Money | None,
        adjustment_id: UUID,
        by: str,
        at: datetime,
    ) -> None:
        _must_be_some(quantity)
        asked = AdjustmentProposed(
            product_id=self.identity,
            lot_id=lot_id,
            adjustment_id=adjustment_id,
            change=-quantity,
            unit_value=unit_value,
            reason=reason,
            reference="",
            proposed_by=by,
            loss=loss,
        )
        self._correct(asked, at)

    def adjust(
        self,
        lot_id: UUID,
        change: int,
        *,
        unit_value: Money | None,
        reason: str,
        reference: str,
        adjustment_id: UUID,
        by: str,
        at: datetime,
    ) -> None:
        asked = AdjustmentProposed(
            product_id=self.identity,
            lot_id=lot_id,
            adjustment_id=adjustment_id,
            change=change,
            unit_value=unit_value,
            reason=reason,
            reference=reference,
            proposed_by=by,
        )
        self._correct(asked, at)

    def approve_adjustment(self, adjustment_id: UUID, *, by: str, at: datetime) -> None:
        self.record(self._lot_that_waits(adjustment_id).approve_adjustment(by, business_day(at)))
        self._give_back(at, "there is less of its lot")

    def decline_adjustment(self, adjustment_id: UUID, reason: str, by: str) -> None:
        self.record(self._lot_that_waits(adjustment_id).decline_adjustment(reason, by))

    def set_reorder_point(self, quantity: int) -> None:
        if quantity != self.reorder_point:
            self.record(ReorderPointSet(product_id=self.identity, reorder_point=quantity))

    def reserve(
        self, reservation_id: UUID, quantity: int, *, until: datetime, at: datetime, for_cart: bool = False
    ) -> None:
        self._must_be_open()
        self._lapse(at)
        self.promises.must_not_hold(reservation_id)
        _must_lie_ahead(until, at)
        _must_have(quantity, self.for_cart(reservation_id, at) if for_cart else self.available(at))
        self.record(
            StockReserved(
                product_id=self.identity,
                reservation_id=reservation_id,
                quantity=quantity,
                expires_at=until,
                for_cart=for_cart,
            )
        )

    def for_cart(self, cart_id: UUID, at: datetime) -> int:
        """Returns how many units a cart may hold, those that it holds already among them."""
        own = self.promises.held.get(cart_id)
        held = own.quantity if own and own.expires_at > at else 0
        share = max(1, self._sellable(at) // SHARE_OF_CARTS) - self.promises.in_carts(at)
        return max(0, min(share, self.available(at)) + held)

    def extend(self, reservation_id: UUID, *, until: datetime, at: datetime) -> None:
        self._must_be_open()
        end = self.promises.live(reservation_id, at).expires_at
        if until == end:
            return
        _must_lie_ahead(until, at)
        if until < end:
            raise Rejected(f"it is reserved until {end.isoformat()} already", code="reservation_shortened")
        self.record(ReservationExtended(product_id=self.identity, reservation_id=reservation_id, expires_at=until))

    def release_reservation(self, reservation_id: UUID, reason: str) -> None:
        self.promises.of(reservation_id)
        self.record(ReservationReleased(product_id=self.identity, reservation_id=reservation_id, reason=reason))

    def let_go(self, reservation_id: UUID) -> None:
        """Gives back what a cart holds, if it holds anything."""
        if reservation_id in self.promises.held:
            self.release_reservation(reservation_id, "the cart has changed")

    def allocate(self, reference: str, quantity: int, *, reservation_id: UUID | None, at: datetime) -> None:
        """Takes units out of the lots that expire first, from a reservation or from what is available."""
        self._must_be_open()
        self._must_be_free(quantity, reservation_id, at)
        parts = first_expired_first_out(self.lots, quantity, business_day(at))
        self._allocate(reference, parts, reservation_id, None)

    def for_order(self, at: datetime) -> int:
        """Returns how many units an order may have: what carts hold is given to whoever orders first."""
        return max(0, self._sellable(at) - self.promises.units(at) + self.promises.in_carts(at))

    def allocate_for_order(self, reference: str, quantity: int, *, cart_id: UUID, at: datetime) -> None:
        """Takes units out of the lots that expire first, until they are sent; the cart's hold ends, others give way."""
        self._must_be_open()
        _must_have(quantity, self.for_order(at))
        parts = first_expired_first_out(self.lots, quantity, business_day(at))
        held = cart_id if cart_id in self.promises.held else None
        self._allocate(reference, parts, held, None, until_sent=True)
        self._give_back(at, "somebody has ordered it")

    def return_allocation(self, reference: str) -> None:
        """Puts back what an order has, unless it has been sent, or put back, already."""
        if parts := self.to_send.get(reference):
            self.record(AllocationReturned(product_id=self.identity, reference=reference, parts=parts))

    def send_allocation(self, reference: str) -> None:
        """Notes that what an order has is out of the house."""
        if reference in self.to_send:
            self.record(AllocationSent(product_id=self.identity, reference=reference))

    def allocate_from_lots(
        self, reference: str, parts: tuple[Part, ...], *, reservation_id: UUID | None, reason: str, at: datetime
    ) -> None:
        """Takes units out of these lots, out of their turn and for a reason, but never of what is not on sale."""
        self._must_be_open()
        if len({part.lot_id for part in parts}) < len(parts):
            raise Rejected("a lot is named twice", code="lot_named_twice")
        for part in parts:
            _must_have(part.quantity, self._lot(part.lot_id).sellable(business_day(at)))
        self._must_be_free(sum(part.quantity for part in parts), reservation_id, at)
        self._allocate(reference, parts, reservation_id, reason)

    def expire(self, at: datetime) -> None:
        """Records what time has brought and other commands have left: lapses, recalls, expiries, notices."""
        today = business_day(at)
        self._lapse(at)
        self._recall_lots()
        past = [lot for lot in self.lots.values() if lot.is_past(today)][:MOST_ENDED]
        for lot in past:
            self.record(lot.expire())
        self._give_back(at, "its lot has expired" if past else "there is less than was promised")
        due = [(lot, lot.notice_due(today)) for lot in self.lots.values()]
        for lot, days in [(lot, days) for lot, days in due if days][:MOST_ENDED]:
            self.record(lot.notice(days))

    def evolve(self, event: Event) -> None:
        self.corrections.evolve(event, self.moment)
        match event:
            case LotReceived():
                self.lots[event.lot_id] = Lot(
                    product_id=event.product_id,
                    lot_id=event.lot_id,
                    best_before=event.best_before,
                    remaining=event.quantity,
                    received=len(self.lots),
                )
            case ReorderPointSet():
                self.reorder_point = event.reorder_point
            case StockClosed():
                self.closed = True
            case StockReopened():
                self.closed = False
            case StockRecalled():
                self.closed, self.recalled = True, event
            case StockAllocated():
                for lot_id in {part.lot_id for part in event.parts}:
                    self.lots[lot_id].evolve(event)
                self.promises.evolve(event)
                if event.until_sent:
                    self.to_send[event.reference] = event.parts
            case AllocationReturned():
                for lot_id in {part.lot_id for part in event.parts}:
                    self.lots[lot_id].evolve(event)
                del self.to_send[event.reference]
            case AllocationSent():
                del self.to_send[event.reference]
            case StockReserved() | ReservationExtended() | ReservationReleased() | ReservationLapsed():
                self.promises.evolve(event)
            case _ if isinstance(event, LotFact):
                self.lots[event.lot_id].evolve(event)

    def _correct(self, asked: AdjustmentProposed, at: datetime) -> None:
        alone = self.corrections.may_be_made_alone(asked, at)
        self.record(self._lot(asked.lot_id).correct(asked, business_day(at), alone=alone))
        self._give_back(at, "there is less of its lot")

    def _sellable(self, at: datetime) -> int:
        return 0 if self.closed else sum(lot.sellable(business_day(at)) for lot in self.lots.values())

    def _lapse(self, at: datetime) -> None:
        for reservation_id in self.promises.lapsed(at)[:MOST_ENDED]:
            self.record(ReservationLapsed(product_id=self.identity, reservation_id=reservation_id))

    def _recall_lots(self) -> None:
        """Recalls lots where the whole stock is recalled."""
        if why := self.recalled:
            newest_first = [lot for lot in reversed(self.lots.values()) if not lot.recalled]
            for lot in newest_first[:MOST_ENDED]:
                self.record(lot.recall(why.reason, why.severity, why.recalled_by))

    def _give_back(self, at: datetime, reason: str) -> None:
        """Releases reservations that what can be sold no longer covers, the last to end first."""
        for reservation_id in self.promises.latest_first(at)[:MOST_ENDED]:
            if self.promises.units(at) > self._sellable(at):
                self.release_reservation(reservation_id, reason)

    def _allocate(
        self,
        reference: str,
        parts: tuple[Part, ...],
        reservation_id: UUID | None,
        override_reason: str | None,
        *,
        until_sent: bool = False,
    ) -> None:
        self.record(
            StockAllocated(
                product_id=self.identity,
                reference=reference,
                reservation_id=reservation_id,
                parts=parts,
                override_reason=override_reason,
                until_sent=until_sent,
            )
        )

    def _lot(self, lot_id: UUID) -> Lot:
        if lot_id not in self.lots:
            raise NotFound(f"there is no lot {lot_id}")
        return self.lots[lot_id]

    def _lot_that_waits(self, adjustment_id: UUID) -> Lot:
        for lot in self.lots.values():
            if lot.adjustment and lot.adjustment.adjustment_id == adjustment_id:
                return lot
        raise NotFound(f"no adjustment {adjustment_id} waits")

    def _must_be_open(self) -> None:
        if self.closed:
            raise Rejected("nothing of this product is sold any more", code="stock_closed")

    def _must_not_be_recalled(self) -> None:
        if self.recalled:
            raise Rejected("the product has been recalled", code="stock_closed")

    def _must_be_free(self, quantity: int, reservation_id: UUID | None, at: datetime) -> None:
        """Raises `Rejected` unless so many units are reserved for this, or available where nothing is."""
        reserved = self.promises.live(reservation_id, at).quantity if reservation_id else 0
        if reservation_id and quantity > reserved:
            raise Rejected(f"only {reserved} units are reserved", code="not_enough_stock")
        _must_have(quantity, min(self.available(at) + reserved, self._sellable(at)))


def _must_lie_ahead(until: datetime, at: datetime) -> None:
    if until <= at:
        raise Rejected(f"{until.isoformat()} is not ahead", code="reservation_lapsed")


def _must_be_some(quantity: int) -> None:
    if quantity < 1:
        raise Rejected(f"a quantity of {quantity}: 1 is the least", code="quantity_out_of_range")


def _must_have(quantity: int, available: int) -> None:
    _must_be_some(quantity)
    if quantity > available:
        raise Rejected(f"{quantity} asked for, {available} available", code="not_enough_stock")
