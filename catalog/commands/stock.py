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
