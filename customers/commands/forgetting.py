"""Commands by which customers are forgotten, and what other contexts say before one is."""

from collections.abc import Callable
from uuid import UUID

from customers.accounts import delete_row, digests_in_rows
from customers.claims import digests_of, let_all_go
from customers.commands.registration import customers, merged_into
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


def still_open(customer: Customer) -> list[str]:
    """Returns what stands in the way of forgetting a customer, and those who were merged into them."""
    people = (customer.identity, *merged_into(customer))
    return [said for person in people for question in QUESTIONS for said in question(person)]


def see_through(customer: Customer, context: Context) -> None:
    """Takes key, row and claims of a customer who is forgotten, and of those who were merged into them."""
    if not customer.forgetting.done:
        return
    for merged_id in merged_into(customer):
        with customers.existing(merged_id) as other:
            other.forget_with(customer.identity)
    for person in (customer.identity, *merged_into(customer)):
        let_all_go(person)
        known_as = digests_of(person) | digests_in_rows(person)
        delete_row(person)
        keys.forget(person, context.at, current().session, digests=known_as)


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
            still_open(customer),
            forced=command.forced,
            by=context.actor,
            owner=context.owner,
        )
        see_through(customer, context)


@command
class ApproveForgetting(Command):
    """Agrees that a customer be forgotten, for good."""

    customer_id: Subject
    proposal_id: UUID


@handles(ApproveForgetting, transaction=True)
def approve_forgetting(command: ApproveForgetting, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.approve_forgetting(command.proposal_id, still_open(customer), context.actor)
        see_through(customer, context)


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
        see_through(customer, context)
