"""Commands of the second person: on prices and labels that wait for one."""

from uuid import UUID

from catalog.commands.products import products
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
