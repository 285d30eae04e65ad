"""Commands by which customers are forgotten, and what other contexts say before one is."""

from collections.abc import Callable
from uuid import UUID

from customers.accounts import delete_row, digests_in_rows
from customers.claims import digests_of, let_all_go, move_email
from customers.commands.registration import customers
from customers.domain.customer import Customer
from efi.domain.context import Context
from efi.domain.fields import Reason
from efi.log import keys
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.unit import current

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


def see_through(customer: Customer, address: str | None, context: Context) -> None:
    """Takes the key, the row and the claim of a customer who is forgotten, and of those who were merged into them."""
    if not customer.forgetting.done:
        return
    move_email(address, None)
    known_as = digests_of(customer.identity) | digests_in_rows(customer.identity)
    delete_row(customer.identity)
    keys.forget(customer.identity, context.at, current().session, digests=known_as)
    for merged_id in customer.merged:
        with customers.existing(merged_id) as other:
            known = other.reaching.email
            other.forget_with(customer.identity)
            see_through(other, known, context)


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
        address = customer.reaching.email
        customer.forget(
            context.new_id("forgetting"),
            command.reason,
            still_open(command.customer_id),
            forced=command.forced,
            by=context.actor,
            owner=context.owner,
        )
        see_through(customer, address, context)


@command
class ApproveForgetting(Command):
    """Agrees that a customer be forgotten, for good."""

    customer_id: Subject
    proposal_id: UUID


@handles(ApproveForgetting, transaction=True)
def approve_forgetting(command: ApproveForgetting, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        address = customer.reaching.email
        customer.approve_forgetting(command.proposal_id, still_open(command.customer_id), context.actor)
        see_through(customer, address, context)


@command
class DeclineForgetting(Command):
    """Ends a proposal to forget a customer, who is remembered."""

    customer_id: Subject
    proposal_id: UUID


@handles(DeclineForgetting)
def decline_forgetting(command: DeclineForgetting, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.decline_forgetting(command.proposal_id, context.actor)


@command
class ForgetAgain(Command):
    """Forgets once more a customer whom a backup has brought back, and whose key is gone."""

    customer_id: Subject


@handles(ForgetAgain, transaction=True)
def forget_again(command: ForgetAgain, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.forget_again(has_key=keys.has_key(command.customer_id))
        let_all_go(command.customer_id)
        see_through(customer, None, context)
