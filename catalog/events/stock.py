"""What happens to the stock of a product as a whole: what is promised, allocated and bought anew."""

from datetime import datetime
from uuid import UUID

from catalog.values import Part, Severity
from efi.domain.events import Event, event


@event()
class ReorderPointSet(Event):
    """More is to be bought as soon as no more than this is available."""

    product_id: UUID
    reorder_point: int


@event()
class StockClosed(Event):
    """The product is discontinued: nothing of it is sold any more."""

    product_id: UUID


@event()
class StockReopened(Event):
    """The product was brought back: what is released is sold again."""

    product_id: UUID


@event()
class StockRecalled(Event):
    """The product is recalled: nothing of it is sold, received or released any more, and all its lots are recalled."""

    product_id: UUID
    reason: str
    severity: Severity
    recalled_by: str


@event(schema=2)
class StockReserved(Event):
    """Units are promised until a moment; those that a cart holds give way to orders."""

    product_id: UUID
    reservation_id: UUID
    quantity: int
    expires_at: datetime
    for_cart: bool


@event()
class ReservationExtended(Event):
    product_id: UUID
    reservation_id: UUID
    expires_at: datetime


@event()
class ReservationReleased(Event):
    """The units were given back before their time was over."""

    product_id: UUID
    reservation_id: UUID
    reason: str


@event()
class ReservationLapsed(Event):
    """The time of the reservation was over."""

    product_id: UUID
    reservation_id: UUID


@event(schema=3)
class StockAllocated(Event):
    """An order has these units of these lots: those that expire first, unless `override_reason` says why not.

    `until_sent`: they may come back until they have been sent.
    """

    product_id: UUID
    reference: str
    reservation_id: UUID | None
    parts: tuple[Part, ...]
    override_reason: str | None
    until_sent: bool


@event()
class AllocationReturned(Event):
    """The order was cancelled before these units were sent; they lie in their lots again."""

    product_id: UUID
    reference: str
    parts: tuple[Part, ...]


@event()
class AllocationSent(Event):
    """The units of the order have left the house."""

    product_id: UUID
    reference: str
