"""Commands on the address that a customer signs in by."""

from customers.accounts import rename_row
from customers.claims import move_email
from customers.commands.fields import Email
from customers.commands.registration import customers
from efi.domain.context import Context
from efi.writing.commands import Command, Subject, command, handles


@command
class ChangeEmail(Command):
    """Enters another e-mail address of a customer, who has yet to prove it."""

    customer_id: Subject
    email: Email


@handles(ChangeEmail, transaction=True)
def change_email(command: ChangeEmail, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        move_email(customer.reaching.email, command.email)
        customer.change_email(command.email)
    rename_row(command.customer_id, command.email)


@command
class ProveEmail(Command):
    """Takes an e-mail address that a customer has shown to be theirs, instead of the one before."""

    customer_id: Subject
    email: Email


@handles(ProveEmail, transaction=True)
def prove_email(command: ProveEmail, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        move_email(customer.reaching.email, command.email)
        customer.prove_email(command.email)
    rename_row(command.customer_id, command.email)
