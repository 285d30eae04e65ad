"""The mails that customers get about their account, and the words of each."""

import re
from datetime import timedelta
from uuid import UUID

from customers.commands.accounts import INVITATION, SIGN_UP
from customers.commands.emails import MOVE
from customers.commands.registration import customers
from customers.doors.passwords import CHANGED_OF_STAFF, FORGOTTEN, RESET
from customers.events import (
    CustomerInvited,
    EmailProven,
    PasswordChanged,
    ResetOffered,
)
from efi.accounts import codes, links
from efi.accounts.names import is_of_a_customer, name_of_account
from efi.accounts.signing_in import account_of
from efi.log import event_store
from efi.log.event_store import Commit
from efi.log.keys import opened
from efi.mails.events import mails_on
from efi.mails.of_accounts import knows_addresses
from efi.mails.outbox import Mail, writes
from efi.models import User

INVITED_FOR = timedelta(days=7)
CODE = """Your code is {code}.

Type it in where you have signed up, as {name}. It is good for ten minutes.

If that was not you, type it in nowhere and tell it to nobody: a password was chosen already, by who has signed up."""
KNOWN = """Somebody, perhaps you, wanted to open an account with this address, which has one already.

Sign in at {sign_in}, or choose another password at {forgotten}.

If it was not you, you need not do anything."""
LINK = """Somebody, perhaps you, has asked for another password for your account.

Choose one at {link}

The link is good once, for an hour. If it was not you, you need not do anything: your password stays as it is."""
CHANGED = """The password of your account was changed just now. Wherever else you were signed in, you are not any more.

If it was not you, choose another one at once, at {forgotten}"""
INVITED = """You are invited to open an account with Elias Food Imports, to order online.

Choose a password at {link}

The link is good once, for seven days."""

MOVING = """Your code is {code}.

Type it in where you have asked for this address, to sign in by it from then on. It is good for ten minutes.

If it was not you, you need not do anything: without the code nothing is changed."""
TAKEN = """Somebody, perhaps you, wanted to use this address for an account, and it has one already.

Sign in at {sign_in}, or choose another password at {forgotten}.

If it was not you, you need not do anything."""
LEFT = """The account that you signed in to by this address has another one from now on. It is open nowhere else now.

If it was not you, write to us at once."""


@writes(SIGN_UP)
def code_of_a_sign_up(about: str) -> Mail | None:
    """Writes the code to who signs up, or to the owner of the address that there is an account already."""
    proof = codes.look(UUID(about))
    if not proof:
        return None
    if account := account_of(proof.address):
        said = KNOWN.format(sign_in=links.address_of("/account/sign-in"), forgotten=_forgotten())
        return Mail(to=proof.address, subject="You have an account already", text=said, person=_person(account))
    said = CODE.format(code=codes.draw(proof.id), name=_without_links(proof.about["name"]))
    return Mail(to=proof.address, subject="Your code for Elias Food Imports", text=said, good_for=codes.GOOD_FOR)


@writes(FORGOTTEN)
def link_to_a_new_password(about: str) -> Mail | None:
    """Writes a link to the owner of an account; to nobody where there is none, or none that may sign in."""
    address = str(opened(about, FORGOTTEN))
    account = account_of(address)
    if not account or not account.is_active:
        return None
    return _link_to_a_new_password(account, address)


@mails_on(ResetOffered, streams=("customer",))
def offered_password(event: ResetOffered, commit: Commit) -> Mail | None:
    """Writes a link to a customer for whom staff have asked, where they can still sign in."""
    account = User.objects.filter(pk=event.customer_id, is_active=True).first()
    address = customers.load(event.customer_id).reaching.email
    return _link_to_a_new_password(account, address) if account and address else None


@writes(CHANGED_OF_STAFF)
def word_of_a_new_password_of_staff(about: str) -> Mail | None:
    account = User.objects.filter(pk=UUID(about)).first()
    return Mail(to=account.email, subject=CHANGED_SUBJECT, text=_changed()) if account else None


@mails_on(PasswordChanged, streams=("access",))
def word_of_a_new_password(event: PasswordChanged, commit: Commit) -> Mail | None:
    return _to(event.customer_id, CHANGED_SUBJECT, _changed())


@mails_on(CustomerInvited, streams=("customer",))
def invitation(event: CustomerInvited, commit: Commit) -> Mail | None:
    """Writes a link to whom was invited, unless they have come in or were invited elsewhere since."""
    customer = customers.load(event.customer_id)
    if not event.email or not customer.is_invited or customer.reaching.email != event.email:
        return None
    token = links.make(INVITATION, event.customer_id, name_of_account(event.email), lasts=INVITED_FOR)
    said = INVITED.format(link=links.address_of(f"/account/invitation/{token}"))
    return _to(event.customer_id, "Your account with Elias Food Imports", said)


@writes(MOVE)
def code_of_a_move(about: str) -> Mail | None:
    """Writes the code to an address that a customer wants to move to, or to its owner that it is taken."""
    proof = codes.look(UUID(about))
    if not proof:
        return None
    account = account_of(proof.address)
    if account and str(account.pk) != proof.about:
        said = TAKEN.format(sign_in=links.address_of("/account/sign-in"), forgotten=_forgotten())
        return Mail(to=proof.address, subject="Your account", text=said, person=_person(account))
    said = MOVING.format(code=codes.draw(proof.id))
    person = UUID(proof.about)
    return Mail(to=proof.address, subject="Your code", text=said, person=person, good_for=codes.GOOD_FOR)


@mails_on(EmailProven, streams=("customer",))
def word_to_the_address_before(event: EmailProven, commit: Commit) -> Mail | None:
    """Tells the address that somebody has moved from: the last that they have proven, whatever was entered since."""
    before = _proven_before(commit)
    if not before or before == event.email:
        return None
    return Mail(to=before, subject="Your address was changed", text=LEFT, person=event.customer_id)


@knows_addresses
def address_of_customer(account_id: UUID) -> str | None:
    return customers.load(account_id).reaching.email


CHANGED_SUBJECT = "Your password was changed"


def _without_links(name: str) -> str:
    """Returns a name that a stranger may have typed in, of which no mail program makes a link."""
    return re.sub(r"[^\w\s'’-]+(?=\S)", " ", name)


def _proven_before(commit: Commit) -> str | None:
    """Returns the last address that a customer had proven before a commit."""
    earlier = (one for one in event_store.read(commit.stream) if one.version < commit.version)
    proven = [event.email for one in earlier for event in one.events if isinstance(event, EmailProven)]
    return proven[-1] if proven else None


def _to(customer_id: UUID, subject: str, said: str) -> Mail | None:
    """Returns a mail to the address that the log has of a customer; None where it has none any more."""
    address = customers.load(customer_id).reaching.email
    return Mail(to=address, subject=subject, text=said, person=customer_id) if address else None


def _link_to_a_new_password(account: User, address: str) -> Mail:
    token = links.make(RESET, account.pk, account.email)
    said = LINK.format(link=links.address_of(f"/account/reset/{token}"))
    person = _person(account)
    return Mail(to=address, subject="Another password", text=said, person=person, good_for=links.GOOD_FOR)


def _person(account: User) -> UUID | None:
    """Returns whom a mail is about who may be forgotten: staff are not."""
    return account.pk if is_of_a_customer(account) else None


def _changed() -> str:
    return CHANGED.format(forgotten=_forgotten())


def _forgotten() -> str:
    return links.address_of("/account/forgotten")
