"""Signing up: an address is proven before anything comes to be, so that nobody is blocked by what is not proven."""

from uuid import UUID

from django.contrib.auth.hashers import make_password

from customers.commands.accounts import SIGN_UP, RegisterCustomer
from customers.doors.fields import must_do, wrong
from efi.accounts import codes, lockout
from efi.domain.errors import NotFound
from efi.log.keys import digest
from efi.mails import outbox
from efi.models import User
from efi.writing.dispatch import dispatch


def begin(address: str, password: str, name: str) -> UUID:
    """Keeps what was typed in until the address is proven, and has a code sent there, or word to its owner.

    Whether there is an account is not looked up here, so that neither the answer nor its time tells. Raises
    `Malformed` for a password that will not do.
    """
    must_do(password, User(email=address, name=name))
    sign_up = codes.ask(SIGN_UP, address, {"name": name, "password": make_password(password)})
    send_code(sign_up, address)
    return sign_up


def send_code(sign_up: UUID, address: str) -> None:
    outbox.ask(SIGN_UP, sign_up, address=address)


def prove(address: str, code: str, network: str, *, only: UUID | None = None) -> UUID:
    """Opens the account that a code is right for, and returns its id.

    `only`: the sign-up that was begun in this browser. Raises `Malformed` for a wrong code, and `TooMany`.
    """
    tried = lockout.begin(lockout.PROOF, digest(address), network)
    sign_up = codes.prove(SIGN_UP, address, code, only=only)
    if not sign_up:
        raise wrong("code", "wrong_code", "this code is wrong, or its ten minutes are over")
    try:
        customer_id = dispatch(RegisterCustomer(sign_up_id=sign_up), actor=str(sign_up)).id
    except NotFound as error:
        raise wrong("code", "wrong_code", "this code was used already") from error
    tried.succeeded()
    return customer_id
