"""The stock of one product: its lots, and what of them is promised."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from catalog.events import (
    LotApproved,
    LotExpired,
    LotReceived,
    LotReleased,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import Part, business_day
from efi.aggregate import Aggregate, aggregate
from efi.errors import NotFound, Rejected
from efi.events import Event

MOST_ENDED = 200
"""Lapsed reservations, or expired lots, that one command ends; the next one takes the rest."""


@dataclass(kw_only=True)
class Lot:
    """Goods of one batch. In quarantine until two people have released it."""

    best_before: date
    remaining: int
    received: int
    approved_by: str = ""
    released: bool = False
    expired: bool = False

    def sellable(self, today: date) -> int:
        return self.remaining if self.released and not self.expired and self.best_before >= today else 0


@dataclass(kw_only=True)
class Reservation:
    """Units promised until a moment."""

    quantity: int
    expires_at: datetime


@aggregate("stock")
class Stock(Aggregate):
    """What there is of one product. Never negative; nothing is sold from lots held or past their best-before."""

    lots: dict[UUID, Lot] = field(default_factory=dict)
    reservations: dict[UUID, Reservation] = field(default_factory=dict)

    def available(self, at: datetime) -> int:
        """On hand of released lots less what is reserved, at that moment."""
        return max(0, self._sellable(at) - self._reserved(at))

    def receive(
        self, lot_id: UUID, *, supplier_id: UUID, batch_number: str, best_before: date, quantity: int, at: datetime
    ) -> None:
        if lot_id in self.lots:
            raise Rejected(f"lot {lot_id} has been received already", code="lot_known")
        if best_before < business_day(at):
            raise Rejected(f"best before {best_before} has passed", code="lot_expired")
        self._must_be_some(quantity)
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
        lot = self._lot(lot_id)
        if lot.released:
            raise Rejected("the lot has been released already", code="lot_status")
        if lot.expired or lot.best_before < business_day(at):
            raise Rejected("a lot past its best-before cannot be released", code="lot_expired")
        if lot.approved_by == by:
            raise Rejected("a second person must release the lot", code="second_person_needed")
        if not lot.approved_by:
            self.record(LotApproved(product_id=self.identity, lot_id=lot_id, approved_by=by))
        else:
            self.record(LotReleased(product_id=self.identity, lot_id=lot_id, approved_by=(lot.approved_by, by)))

    def reserve(self, reservation_id: UUID, quantity: int, *, until: datetime, at: datetime) -> None:
        self._lapse(at)
        if reservation_id in self.reservations:
            raise Rejected(f"reservation {reservation_id} is held already", code="reservation_known")
        self._must_lie_ahead(until, at)
        self._must_have(quantity, self.available(at))
        self.record(
            StockReserved(product_id=self.identity, reservation_id=reservation_id, quantity=quantity, expires_at=until)
        )

    def extend(self, reservation_id: UUID, *, until: datetime, at: datetime) -> None:
        end = self._live(reservation_id, at).expires_at
        if until == end:
            return
        self._must_lie_ahead(until, at)
        if until < end:
            raise Rejected(f"it is reserved until {end.isoformat()} already", code="reservation_shortened")
        self.record(ReservationExtended(product_id=self.identity, reservation_id=reservation_id, expires_at=until))

    def release_reservation(self, reservation_id: UUID, reason: str) -> None:
        self._reservation(reservation_id)
        self.record(ReservationReleased(product_id=self.identity, reservation_id=reservation_id, reason=reason))

    def allocate(self, reference: str, quantity: int, *, reservation_id: UUID | None, at: datetime) -> None:
        """Takes units out of the lots that expire first, from a reservation or from what is available."""
        reserved = self._live(reservation_id, at).quantity if reservation_id else 0
        if reservation_id and quantity > reserved:
            raise Rejected(f"only {reserved} units are reserved", code="not_enough_stock")
        self._must_have(quantity, min(self.available(at) + reserved, self._sellable(at)))
        self.record(
            StockAllocated(
                product_id=self.identity,
                reference=reference,
                reservation_id=reservation_id,
                parts=self._first_expired_first_out(quantity, at),
            )
        )

    def expire(self, at: datetime) -> None:
        """What time has ended: lapsed reservations, lots past their best-before, and promises these can't keep."""
        self._lapse(at)
        past = [one for one, lot in self.lots.items() if not lot.expired and lot.best_before < business_day(at)]
        for lot_id in past[:MOST_ENDED]:
            remaining = self.lots[lot_id].remaining
            self.record(LotExpired(product_id=self.identity, lot_id=lot_id, remaining=remaining))
        latest_first = sorted(self._live_at(at), key=lambda held: self.reservations[held].expires_at, reverse=True)
        for reservation_id in latest_first[:MOST_ENDED]:
            if self._reserved(at) > self._sellable(at):
                self.release_reservation(reservation_id, "its lot has expired")

    def evolve(self, event: Event) -> None:
        match event:
            case LotReceived():
                lot = Lot(best_before=event.best_before, remaining=event.quantity, received=len(self.lots))
                self.lots[event.lot_id] = lot
            case LotApproved():
                self.lots[event.lot_id].approved_by = event.approved_by
            case LotReleased():
                self.lots[event.lot_id].released = True
            case LotExpired():
                self.lots[event.lot_id].expired = True
            case StockReserved():
                held = Reservation(quantity=event.quantity, expires_at=event.expires_at)
                self.reservations[event.reservation_id] = held
            case ReservationExtended():
                self.reservations[event.reservation_id].expires_at = event.expires_at
            case ReservationReleased() | ReservationLapsed():
                del self.reservations[event.reservation_id]
            case StockAllocated():
                for part in event.parts:
                    self.lots[part.lot_id].remaining -= part.quantity
                if event.reservation_id:
                    del self.reservations[event.reservation_id]

    def _sellable(self, at: datetime) -> int:
        return sum(lot.sellable(business_day(at)) for lot in self.lots.values())

    def _reserved(self, at: datetime) -> int:
        return sum(self.reservations[held].quantity for held in self._live_at(at))

    def _live_at(self, at: datetime) -> list[UUID]:
        return [one for one, held in self.reservations.items() if held.expires_at > at]

    def _first_expired_first_out(self, quantity: int, at: datetime) -> tuple[Part, ...]:
        """Ties by receipt (DOMAIN.md ruling 10)."""
        today, parts = business_day(at), []
        for lot_id, lot in sorted(self.lots.items(), key=lambda entry: (entry[1].best_before, entry[1].received)):
            taken = min(quantity, lot.sellable(today))
            if taken:
                parts.append(Part(lot_id=lot_id, quantity=taken))
                quantity -= taken
        return tuple(parts)

    def _lapse(self, at: datetime) -> None:
        lapsed = [one for one, held in self.reservations.items() if held.expires_at <= at]
        for reservation_id in lapsed[:MOST_ENDED]:
            self.record(ReservationLapsed(product_id=self.identity, reservation_id=reservation_id))

    def _lot(self, lot_id: UUID) -> Lot:
        if lot_id not in self.lots:
            raise NotFound(f"there is no lot {lot_id}")
        return self.lots[lot_id]

    def _reservation(self, reservation_id: UUID) -> Reservation:
        if reservation_id not in self.reservations:
            raise NotFound(f"there is no reservation {reservation_id}")
        return self.reservations[reservation_id]

    def _live(self, reservation_id: UUID, at: datetime) -> Reservation:
        held = self._reservation(reservation_id)
        if held.expires_at <= at:
            raise Rejected(f"reservation {reservation_id} has lapsed", code="reservation_lapsed")
        return held

    def _must_lie_ahead(self, until: datetime, at: datetime) -> None:
        if until <= at:
            raise Rejected(f"{until.isoformat()} is not ahead", code="reservation_lapsed")

    def _must_be_some(self, quantity: int) -> None:
        if quantity < 1:
            raise Rejected(f"a quantity of {quantity}: 1 is the least", code="quantity_out_of_range")

    def _must_have(self, quantity: int, available: int) -> None:
        self._must_be_some(quantity)
        if quantity > available:
            raise Rejected(f"{quantity} asked for, {available} available", code="not_enough_stock")
