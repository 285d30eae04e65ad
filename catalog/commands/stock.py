"""Commands on the stock of a product."""

from uuid import UUID

from catalog.commands.fields import Code, Day, Moment, Quantity, Reason
from catalog.commands.products import products
from catalog.commands.suppliers import suppliers
from catalog.stock import Stock
from efi.claims import take
from efi.commands import Command, command, handles
from efi.context import Context
from efi.repository import Repository

stocks = Repository(Stock)


@command
class ReceiveLot(Command):
    """Takes a delivery in, into quarantine. The caller draws the lot's id."""

    product_id: UUID
    lot_id: UUID
    supplier_id: UUID
    batch_number: Code
    best_before: Day
    quantity: Quantity


@handles(ReceiveLot, transaction=True)
def receive_lot(command: ReceiveLot, context: Context) -> None:
    products.must_exist(command.product_id)
    suppliers.must_exist(command.supplier_id)
    with stocks.opened(command.product_id) as stock:
        stock.receive(
            command.lot_id,
            supplier_id=command.supplier_id,
            batch_number=command.batch_number,
            best_before=command.best_before,
            quantity=command.quantity,
            at=context.at,
        )
    take(f"batch:{command.supplier_id}:{command.batch_number}", f"batch {command.batch_number} is taken")


@command
class ReleaseLot(Command):
    """Approves a lot for sale. It is on sale once two people who differ have approved it."""

    product_id: UUID
    lot_id: UUID


@handles(ReleaseLot)
def release_lot(command: ReleaseLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.release(command.lot_id, context.actor, context.at)


@command
class ReserveStock(Command):
    """Promises units until a moment. The caller draws the reservation's id."""

    product_id: UUID
    reservation_id: UUID
    quantity: Quantity
    expires_at: Moment


@handles(ReserveStock)
def reserve_stock(command: ReserveStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.reserve(command.reservation_id, command.quantity, until=command.expires_at, at=context.at)


@command
class ExtendReservation(Command):
    """Keeps a promise longer."""

    product_id: UUID
    reservation_id: UUID
    expires_at: Moment


@handles(ExtendReservation)
def extend_reservation(command: ExtendReservation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.extend(command.reservation_id, until=command.expires_at, at=context.at)


@command
class ReleaseReservation(Command):
    """Gives promised units back."""

    product_id: UUID
    reservation_id: UUID
    reason: Reason


@handles(ReleaseReservation)
def release_reservation(command: ReleaseReservation, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.release_reservation(command.reservation_id, command.reason)


@command
class AllocateStock(Command):
    """Takes units for an order out of the lots that expire first; `reference` names the order."""

    product_id: UUID
    reference: Code
    quantity: Quantity
    reservation_id: UUID | None = None


@handles(AllocateStock)
def allocate_stock(command: AllocateStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.allocate(command.reference, command.quantity, reservation_id=command.reservation_id, at=context.at)


@command
class ExpireStock(Command):
    """Ends what time has ended: reservations that lapsed and lots past their best-before."""

    product_id: UUID


@handles(ExpireStock)
def expire_stock(command: ExpireStock, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.expire(context.at)
