"""Commands on the address that a customer signs in by."""

from uuid import UUID

from customers.accounts import rename_row
from customers.claims import move_email
from customers.commands.fields import Email
from customers.commands.registration import customers
from efi.accounts import codes
from efi.domain.context import Context
from efi.domain.errors import NotFound
from efi.writing.commands import Command, Subject, command, handles

MOVE = "email"
"""What an address is proven for that a customer moves to."""


@command
class ChangeEmail(Command):
    """Enters another e-mail address of a customer without an account. Whoever has one changes it themselves."""

    customer_id: Subject
    email: Email


@handles(ChangeEmail, transaction=True)
def change_email(command: ChangeEmail, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        move_email(customer, command.email)
        customer.change_email(command.email)


@command
class ProveEmail(Command):
    """Takes an e-mail address that a customer without an account has shown to be theirs, instead of the one before."""

    customer_id: Subject
    email: Email


@handles(ProveEmail, transaction=True)
def prove_email(command: ProveEmail, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        move_email(customer, command.email)
        customer.confirm_email(command.email)


@command
class MoveToEmail(Command):
    """Takes the address that a customer has just proven, by a code that was sent there, in place of the one before."""

    customer_id: Subject
    proof_id: UUID


@handles(MoveToEmail, transaction=True)
def move_to_email(command: MoveToEmail, context: Context) -> None:
    proof = codes.take(command.proof_id)
    _must_be_theirs(proof, command.customer_id)
    with customers.existing(command.customer_id) as customer:
        move_email(customer, proof.address)
        customer.prove_email(proof.address)
    rename_row(command.customer_id, proof.address)


def _must_be_theirs(proof: codes.Proof, customer_id: UUID) -> None:
    if proof.about != str(customer_id):
        raise NotFound("this proof is another's", code="proof_is_gone")
