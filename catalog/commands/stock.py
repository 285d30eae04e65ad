"""Commands on what is promised and sold of a product."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from catalog.domain.stock import Stock
from catalog.values import Part
from efi.domain.context import Context
from efi.domain.fields import Code, DrawnId, Moment, Quantity, Reason, at_most_ahead
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

stocks = Repository(Stock)

End = Annotated[Moment, at_most_ahead(years=10)]
"""When a reservation ends."""


@command
class ReserveStock(Command):
    """Promises units until a moment."""

    product_id: Subject
    reservation_id: DrawnId
    quantity: Quantity
    expires_at: End


@handles(ReserveStock)
def reserve_stock(command: ReserveStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.reserve(command.reservation_id, command.quantity, until=command.expires_at, at=context.at)


@command
class ExtendReservation(Command):
    """Keeps a promise longer."""

    product_id: Subject
    reservation_id: UUID
    expires_at: End


@handles(ExtendReservation)
def extend_reservation(command: ExtendReservation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.extend(command.reservation_id, until=command.expires_at, at=context.at)


@command
class ReleaseReservation(Command):
    """Gives promised units back."""

    product_id: Subject
    reservation_id: UUID
    reason: Reason


@handles(ReleaseReservation)
def release_reservation(command: ReleaseReservation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.release_reservation(command.reservation_id, command.reason)


@command
class AllocateStock(Command):
    """Takes units for an order out of the lots that expire first; the reference names the order."""

    product_id: Subject
    reference: Code
    quantity: Quantity
    reservation_id: UUID | None = None


@handles(AllocateStock)
def allocate_stock(command: AllocateStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.allocate(command.reference, command.quantity, reservation_id=command.reservation_id, at=context.at)


@command
class AllocateFromLots(Command):
    """Takes units for an order out of the lots named, whatever their turn, and says why."""

    product_id: Subject
    reference: Code
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=100)]
    reason: Reason
    reservation_id: UUID | None = None


@handles(AllocateFromLots)
def allocate_from_lots(command: AllocateFromLots, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.allocate_from_lots(
            command.reference,
            command.parts,
            reservation_id=command.reservation_id,
            reason=command.reason,
            at=context.at,
        )


@command
class ExpireStock(Command):
    """Sees to what time has brought: ends what is over, and gives notice of what soon will be."""

    product_id: Subject


@handles(ExpireStock)
def expire_stock(command: ExpireStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.expire(context.at)


@command
class HoldForCart(Command):
    """Keeps units for a cart until a moment, as far as carts may hold any; what the cart held before is let go."""

    product_id: Subject
    cart_id: UUID
    quantity: Quantity
    expires_at: End


@handles(HoldForCart)
def hold_for_cart(command: HoldForCart, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.let_go(command.cart_id)
        stock.reserve(command.cart_id, command.quantity, until=command.expires_at, at=context.at, for_cart=True)


@command
class LetGoOfCart(Command):
    """Gives back what a cart holds, if it holds anything."""

    product_id: Subject
    cart_id: UUID


@handles(LetGoOfCart)
def let_go_of_cart(command: LetGoOfCart, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.let_go(command.cart_id)


@command
class AllocateForOrder(Command):
    """Takes units for an order, until they are sent. What carts hold gives way, that of the order's own cart first."""

    product_id: Subject
    reference: Code
    quantity: Quantity
    cart_id: UUID


@handles(AllocateForOrder)
def allocate_for_order(command: AllocateForOrder, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.allocate_for_order(command.reference, command.quantity, cart_id=command.cart_id, at=context.at)


@command
class ReturnAllocation(Command):
    """Puts back into its lots what an order has of a product and was not sent."""

    product_id: Subject
    reference: Code


@handles(ReturnAllocation)
def return_allocation(command: ReturnAllocation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.return_allocation(command.reference)


@command
class SendAllocation(Command):
    """Says that what an order has of a product has left the house."""

    product_id: Subject
    reference: Code


@handles(SendAllocation)
def send_allocation(command: SendAllocation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.send_allocation(command.reference)
