"""Commands by which customers rest, and are merged."""

from uuid import UUID

from customers.accounts import close_row, set_active
from customers.claims import move_email
from customers.commands.registration import customers, merged_into
from efi.domain.context import Context
from efi.domain.fields import Reason
from efi.writing.commands import Command, Subject, command, handles


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
        move_email(other, None)
        move_email(primary, primary.reaching.email or other.reaching.email)
        primary.take_over(other, context.actor)
        other.close_into(command.customer_id, context.actor)
    for earlier in merged_into(other):
        with customers.existing(earlier) as one:
            one.follow(command.customer_id, context.actor)
    close_row(command.merged_id)
