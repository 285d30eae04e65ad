"""Commands on the credit of a business, which two people grant."""

from uuid import UUID

from customers.commands.registration import customers
from customers.values import CreditTerms
from efi.domain.context import Context
from efi.domain.fields import Reason
from efi.writing.commands import Command, Subject, command, handles


@command
class ProposeCredit(Command):
    """Proposes on what terms a business may buy; a second person has to agree."""

    customer_id: Subject
    terms: CreditTerms
    reason: Reason


@handles(ProposeCredit)
def propose_credit(command: ProposeCredit, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.propose_credit(context.new_id("credit"), command.terms, command.reason, context.actor)


@command
class ApproveCredit(Command):
    """Agrees to terms of credit that another person has proposed."""

    customer_id: Subject
    proposal_id: UUID


@handles(ApproveCredit)
def approve_credit(command: ApproveCredit, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.approve_credit(command.proposal_id, context.actor)


@command
class DeclineCredit(Command):
    """Ends a proposal of credit: the terms stay as they are."""

    customer_id: Subject
    proposal_id: UUID
    reason: Reason


@handles(DeclineCredit)
def decline_credit(command: DeclineCredit, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.decline_credit(command.proposal_id, command.reason, context.actor)


@command
class WithdrawCredit(Command):
    """Ends the credit of a business, which pays at once from now on."""

    customer_id: Subject
    reason: Reason


@handles(WithdrawCredit)
def withdraw_credit(command: WithdrawCredit, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.withdraw_credit(command.reason, context.actor)
