"""Promises: units of a stock that carts are kept for a while."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from catalog.events import (
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event


@dataclass(kw_only=True)
class Reservation:
    """Units promised until a moment."""

    quantity: int
    expires_at: datetime
    for_cart: bool = False


@dataclass(kw_only=True)
class Promises:
    """The reservations of one stock. One whose time is over counts for nothing, even if it was not ended yet."""

    held: dict[UUID, Reservation] = field(default_factory=dict)

    def units(self, at: datetime) -> int:
        return sum(one.quantity for one in self.held.values() if one.expires_at > at)

    def in_carts(self, at: datetime) -> int:
        return sum(one.quantity for one in self.held.values() if one.for_cart and one.expires_at > at)

    def lapsed(self, at: datetime) -> list[UUID]:
        return [identity for identity, one in self.held.items() if one.expires_at <= at]

    def latest_first(self, at: datetime) -> list[UUID]:
        """Returns those that are not over, those of carts before others, and the last to end first."""
        live = [identity for identity, one in self.held.items() if one.expires_at > at]
        return sorted(live, key=lambda one: (self.held[one].for_cart, self.held[one].expires_at), reverse=True)

    def of(self, reservation_id: UUID) -> Reservation:
        if reservation_id not in self.held:
            raise NotFound(f"there is no reservation {reservation_id}")
        return self.held[reservation_id]

    def live(self, reservation_id: UUID, at: datetime) -> Reservation:
        one = self.of(reservation_id)
        if one.expires_at <= at:
            raise Rejected(f"reservation {reservation_id} has lapsed", code="reservation_lapsed")
        return one

    def must_not_hold(self, reservation_id: UUID) -> None:
        if reservation_id in self.held:
            raise Rejected(f"reservation {reservation_id} is held already", code="reservation_known")

    def evolve(self, event: Event) -> None:
        match event:
            case StockReserved():
                self.held[event.reservation_id] = Reservation(
                    quantity=event.quantity, expires_at=event.expires_at, for_cart=event.for_cart
                )
            case ReservationExtended():
                self.held[event.reservation_id].expires_at = event.expires_at
            case ReservationReleased() | ReservationLapsed():
                del self.held[event.reservation_id]
            case StockAllocated() if event.reservation_id:
                self.held.pop(event.reservation_id, None)
