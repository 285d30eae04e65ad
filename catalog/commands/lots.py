"""Commands on lots, from their receipt to their end, and on when to buy more."""

from typing import Annotated
from uuid import UUID

from django.conf import settings

from catalog.commands.products import products
from catalog.commands.stock import stocks
from catalog.commands.suppliers import suppliers
from catalog.domain.pricing import in_bbd
from catalog.values import Loss, Severity, batch_claim
from efi.domain.context import Context
from efi.domain.fields import Change, Code, Day, DrawnId, Quantity, Reason, Units, at_most_ahead
from efi.domain.values import Money
from efi.writing.claims import take
from efi.writing.commands import Command, Subject, command, handles

BestBefore = Annotated[Day, at_most_ahead(years=50)]


@command
class ReceiveLot(Command):
    """Takes a delivery in, into quarantine."""

    product_id: Subject
    lot_id: DrawnId
    supplier_id: UUID
    batch_number: Code
    best_before: BestBefore
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
    take(batch_claim(command.supplier_id, command.batch_number), f"batch {command.batch_number} is taken")


@command
class ReleaseLot(Command):
    """Approves a lot for sale. It is on sale once two people who differ have approved it."""

    product_id: Subject
    lot_id: UUID


@handles(ReleaseLot)
def release_lot(command: ReleaseLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.release(command.lot_id, context.actor, context.at)


@command
class HoldLot(Command):
    """Takes a lot off sale, back into quarantine, and says why."""

    product_id: Subject
    lot_id: UUID
    reason: Reason


@handles(HoldLot)
def hold_lot(command: HoldLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.hold(command.lot_id, command.reason, by=context.actor, at=context.at)


@command
class RejectLot(Command):
    """Keeps a lot in quarantine from ever being sold."""

    product_id: Subject
    lot_id: UUID
    reason: Reason


@handles(RejectLot)
def reject_lot(command: RejectLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.reject(command.lot_id, command.reason, context.actor)


@command
class RecallLot(Command):
    """Takes a lot off sale for good, for a reason; the orders that had of it are listed among its movements."""

    product_id: Subject
    lot_id: UUID
    reason: Reason
    severity: Severity


@handles(RecallLot)
def recall_lot(command: RecallLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.recall(command.lot_id, command.reason, command.severity, by=context.actor, at=context.at)


@command
class DisposeLot(Command):
    """Does away with what is left of a lot that has expired, or was rejected or recalled."""

    product_id: Subject
    lot_id: UUID
    reason: Reason


@handles(DisposeLot)
def dispose_lot(command: DisposeLot, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.dispose(command.lot_id, command.reason, context.actor)


@command
class WriteOff(Command):
    """Gives up units of a lot that were damaged or stolen; if worth much, once a second person agrees."""

    product_id: Subject
    lot_id: UUID
    quantity: Quantity
    loss: Loss
    reason: Reason


@handles(WriteOff)
def write_off(command: WriteOff, context: Context) -> None:
    unit_value = _worth(command.product_id)
    with stocks.existing(command.product_id) as stock:
        stock.write_off(
            command.lot_id,
            command.quantity,
            command.loss,
            command.reason,
            unit_value=unit_value,
            adjustment_id=context.new_id(),
            by=context.actor,
            at=context.at,
        )


def _worth(product_id: UUID) -> Money | None:
    """Returns what a unit of a product costs in BBD; None where that is not known."""
    price = products.load(product_id).price
    return in_bbd(price, settings.EFI_BBD_RATES) if price else None


@command
class AdjustLot(Command):
    """Corrects what remains of a lot, by so many more or fewer; if they are worth much, once a second person agrees.

    The reference names the document that says so.
    """

    product_id: Subject
    lot_id: UUID
    change: Change
    reason: Reason
    reference: Code


@handles(AdjustLot)
def adjust_lot(command: AdjustLot, context: Context) -> None:
    unit_value = _worth(command.product_id)
    with stocks.existing(command.product_id) as stock:
        stock.adjust(
            command.lot_id,
            command.change,
            unit_value=unit_value,
            reason=command.reason,
            reference=command.reference,
            adjustment_id=context.new_id(),
            by=context.actor,
            at=context.at,
        )


@command
class ApproveAdjustment(Command):
    """Agrees to an adjustment that another person has proposed."""

    product_id: Subject
    adjustment_id: UUID


@handles(ApproveAdjustment)
def approve_adjustment(command: ApproveAdjustment, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.approve_adjustment(command.adjustment_id, by=context.actor, at=context.at)


@command
class DeclineAdjustment(Command):
    """Refuses an adjustment that waits for a second person, or takes one's own back."""

    product_id: Subject
    adjustment_id: UUID
    reason: Reason


@handles(DeclineAdjustment)
def decline_adjustment(command: DeclineAdjustment, context: Context) -> None:
    with stocks.existing(command.product_id) as stock:
        stock.decline_adjustment(command.adjustment_id, command.reason, context.actor)


@command
class SetReorderPoint(Command):
    """Has staff told once no more than this is available."""

    product_id: Subject
    quantity: Units


@handles(SetReorderPoint)
def set_reorder_point(command: SetReorderPoint, context: Context) -> None:
    products.must_exist(command.product_id)
    with stocks.opened(command.product_id) as stock:
        stock.set_reorder_point(command.quantity)
