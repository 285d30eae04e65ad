"""Commands by which customers rest, are merged, and are forgotten."""

from collections.abc import Callable
from uuid import UUID

from customers.accounts import set_active
from customers.commands.registration import customers
from customers.domain.customer import Customer
from efi.domain.context import Context
from efi.domain.fields import Reason
from efi.writing.commands import Command, Subject, command, handles

Question = Callable[[UUID], list[str]]
QUESTIONS: list[Question] = []
"""What is asked before a customer is forgotten; each returns what of theirs is still open."""


def may_not_forget_while(question: Question) -> Question:
    """Registers a question that is asked before a customer is forgotten, within the same transaction.

    It returns, in words for people, what is still open: such as an order that is on its way.
    """
    QUESTIONS.append(question)
    return question


def still_open(customer_id: UUID) -> list[str]:
    """Returns what stands in the way of forgetting a customer."""
    return [said for question in QUESTIONS for said in question(customer_id)]


@command
class DeactivateCustomer(Command):
    """Lets a customer neither buy nor sign in until further notice."""

    customer_id: Subject
    reason: Reason


@handles(DeactivateCustomer, transaction=True)
def deactivate_customer(command: DeactivateCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.deactivate(command.reason, context.actor)
    set_active(command.customer_id, active=False)


@command
class ReactivateCustomer(Command):
    """Lets a customer buy and sign in again."""

    customer_id: Subject


@handles(ReactivateCustomer, transaction=True)
def reactivate_customer(command: ReactivateCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.reactivate(context.actor)
    set_active(command.customer_id, active=True)


@command
class MergeCustomers(Command):
    """Makes one of two customers who are the same: the first goes on, the second is closed."""

    customer_id: Subject
    merged_id: UUID


@handles(MergeCustomers, transaction=True)
def merge_customers(command: MergeCustomers, context: Context) -> None:
    with customers.existing(command.customer_id) as primary, customers.existing(command.merged_id) as other:
        primary.take_over(other, context.actor)
        other.close_into(command.customer_id, context.actor)
    set_active(command.merged_id, active=False)


@command
class ForgetCustomer(Command):
    """Forgets a customer: at their own word at once, otherwise when a second person agrees.

    It is refused while something of theirs is open, unless it is forced.
    """

    customer_id: Subject
    reason: Reason
    forced: bool = False


@handles(ForgetCustomer, transaction=True)
def forget_customer(command: ForgetCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.forget(
            context.new_id("forgetting"),
            command.reason,
            still_open(command.customer_id),
            forced=command.forced,
            by=context.actor,
            owner=context.owner,
        )
        _with_those_merged(customer)


@command
class ApproveForgetting(Command):
    """Agrees that a customer be forgotten, for good."""

    customer_id: Subject
    proposal_id: UUID


@handles(ApproveForgetting, transaction=True)
def approve_forgetting(command: ApproveForgetting, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.approve_forgetting(command.proposal_id, still_open(command.customer_id), context.actor)
        _with_those_merged(customer)


@command
class DeclineForgetting(Command):
    """Ends a proposal to forget a customer, who is remembered."""

    customer_id: Subject
    proposal_id: UUID


@handles(DeclineForgetting)
def decline_forgetting(command: DeclineForgetting, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.decline_forgetting(command.proposal_id, context.actor)


def _with_those_merged(customer: Customer) -> None:
    """Forgets, with a customer who is forgotten, those in whose place they went on."""
    for merged_id in customer.merged if customer.forgetting.done else ():
        with customers.existing(merged_id) as other:
            other.forget_with(customer.identity)
