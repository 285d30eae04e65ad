"""Commands of the second person: on prices, labels and reinstatements that wait for one."""

from uuid import UUID

from catalog.commands.products import products
from catalog.commands.stock import stocks
from efi.domain.context import Context
from efi.domain.fields import Reason
from efi.writing.commands import Command, Subject, command, handles


@command
class ApprovePrice(Command):
    """Agrees to a price that another person has proposed."""

    product_id: Subject
    proposal_id: UUID


@handles(ApprovePrice)
def approve_price(command: ApprovePrice, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.approve_price(command.proposal_id, context.actor)


@command
class DeclinePrice(Command):
    """Ends a proposal of a price: it stays as it is."""

    product_id: Subject
    proposal_id: UUID
    reason: Reason


@handles(DeclinePrice)
def decline_price(command: DeclinePrice, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.decline_price(command.proposal_id, command.reason, context.actor)


@command
class ApproveLabel(Command):
    """Agrees to allergens and nutrition that another person has proposed."""

    product_id: Subject
    proposal_id: UUID


@handles(ApproveLabel)
def approve_label(command: ApproveLabel, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.approve_label(command.proposal_id, context.actor)


@command
class DeclineLabel(Command):
    """Ends a proposal of allergens and nutrition: they stay as they are."""

    product_id: Subject
    proposal_id: UUID
    reason: Reason


@handles(DeclineLabel)
def decline_label(command: DeclineLabel, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.decline_label(command.proposal_id, command.reason, context.actor)


@command
class ApproveReinstatement(Command):
    """Agrees to put a product on sale again that was discontinued by mistake."""

    product_id: Subject
    proposal_id: UUID


@handles(ApproveReinstatement, transaction=True)
def approve_reinstatement(command: ApproveReinstatement, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.approve_reinstatement(command.proposal_id, context.actor)
    with stocks.opened(command.product_id) as stock:
        stock.reopen()


@command
class DeclineReinstatement(Command):
    """Ends a proposal to bring a product back: it stays discontinued."""

    product_id: Subject
    proposal_id: UUID
    reason: Reason


@handles(DeclineReinstatement)
def decline_reinstatement(command: DeclineReinstatement, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.decline_reinstatement(command.proposal_id, command.reason, context.actor)
