"""Commands by which accounts are opened and their locks changed.

None carries a password: it names one that was left.
"""

from uuid import UUID

from customers.accounts import change_password_of, open_row
from customers.claims import move_email
from customers.commands.fields import Email
from customers.commands.registration import customers
from customers.domain.access import Access
from customers.values import CustomerType
from efi.accounts import codes, new_passwords
from efi.domain.context import Context
from efi.domain.fields import Line
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

SIGN_UP, INVITATION = "sign_up", "invitation"
accesses = Repository(Access)


@command
class RegisterCustomer(Command):
    """Makes a customer of somebody who has proven an address, with their account, under the id of the sign-up."""

    sign_up_id: Subject


@handles(RegisterCustomer, transaction=True)
def register_customer(command: RegisterCustomer, context: Context) -> None:
    proof = codes.take(command.sign_up_id)
    with customers.new(proof.id) as customer:
        move_email(customer, proof.address)
        customer.register(kind=CustomerType.INDIGENOUS_FOODIE, name=proof.about["name"], email=proof.address)
        customer.prove_email(proof.address)
        customer.open_account()
    open_row(proof.id, proof.address, proof.about["password"])


@command
class OpenAccount(Command):
    """Opens the account of a customer whom staff have entered, for whoever has signed up with the address of theirs."""

    customer_id: Subject
    sign_up_id: UUID


@handles(OpenAccount, transaction=True)
def open_account(command: OpenAccount, context: Context) -> None:
    proof = codes.take(command.sign_up_id)
    with customers.existing(command.customer_id) as customer:
        customer.open_account_at(proof.address)
    open_row(command.customer_id, proof.address, proof.about["password"])


@command
class InviteCustomer(Command):
    """Invites a customer whom staff have entered to open an account, by a link to an address."""

    customer_id: Subject
    email: Email


@handles(InviteCustomer, transaction=True)
def invite_customer(command: InviteCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        move_email(customer, command.email)
        customer.invite(command.email)


@command
class AcceptInvitation(Command):
    """Opens the account of a customer who was invited, and proves their address, as the link was sent there."""

    customer_id: Subject
    password_id: UUID


@handles(AcceptInvitation, transaction=True)
def accept_invitation(command: AcceptInvitation, context: Context) -> None:
    password = new_passwords.take(command.password_id)
    with customers.existing(command.customer_id) as customer:
        address = customer.accept_invitation()
    open_row(command.customer_id, address, password)


@command
class OfferReset(Command):
    """Has a link sent to a customer by which they choose another password; nobody else ever sets it."""

    customer_id: Subject


@handles(OfferReset)
def offer_reset(command: OfferReset, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.offer_reset()


@command
class ChangePassword(Command):
    """Changes a customer's password. Their sessions and tokens end."""

    customer_id: Subject
    password_id: UUID


@handles(ChangePassword, transaction=True)
def change_password(command: ChangePassword, context: Context) -> None:
    password = new_passwords.take(command.password_id)
    with accesses.opened(command.customer_id) as access:
        access.change_password()
    change_password_of(command.customer_id, password)


@command
class NoteSignIn(Command):
    """Notes that a customer has signed in, from where and with what."""

    customer_id: Subject
    network: Line
    device: Line = ""


@handles(NoteSignIn)
def note_sign_in(command: NoteSignIn, context: Context) -> None:
    with accesses.opened(command.customer_id) as access:
        access.sign_in(command.network, command.device)


def invited_address(customer_id: UUID) -> str | None:
    """Returns the address that a customer was last invited at; None once they have an account or are forgotten."""
    customer = customers.load(customer_id)
    return customer.reaching.email if customer.is_invited else None
