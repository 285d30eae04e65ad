"""Signing up: an address is proven before anything comes to be, so that nobody is blocked by what is not proven."""

from uuid import UUID

from django.contrib.auth.hashers import make_password

from customers.claims import customer_at
from customers.commands.accounts import SIGN_UP, OpenAccount, RegisterCustomer
from customers.doors import proving
from customers.doors.fields import must_do
from efi.accounts import codes
from efi.http.rate_limits import SIGN_INS, spend
from efi.mails import outbox
from efi.models import User
from efi.writing.commands import Command, Receipt
from efi.writing.dispatch import dispatch


def begin(address: str, password: str, name: str, network: str) -> UUID:
    """Keeps what was typed in until the address is proven, and has a code sent there, or word to its owner.

    Whether there is an account is not looked up here, so that neither the answer nor its time tells. Raises
    `Malformed` for a password that will not do, and `TooMany`.
    """
    spend(SIGN_INS, network)
    must_do(password, User(email=address, name=name))
    sign_up = codes.ask(SIGN_UP, address, {"name": name, "password": make_password(password)}, network=network)
    outbox.ask(SIGN_UP, sign_up, address=address, network=network)
    return sign_up


def send_again(sign_up: UUID, address: str, network: str) -> None:
    """Has another code sent, in place of the one before; raises `TooMany`."""
    spend(SIGN_INS, network)
    outbox.ask(SIGN_UP, sign_up, address=address, network=network)


def prove(sign_up: UUID, code: str, network: str) -> UUID:
    """Opens the account that was signed up for, and returns its id: that of a customer who has the address already.

    Raises `Malformed` for a wrong code, and `TooMany`.
    """
    spend(SIGN_INS, network)
    return proving.prove(SIGN_UP, [sign_up], code, _open).id


def prove_address(address: str, code: str, network: str) -> UUID:
    """Does the same for that of the sign-ups with an address which the code is for.

    Those count that were begun in the same network: whoever has signed up elsewhere is somebody else.
    """
    spend(SIGN_INS, network)
    return proving.prove(SIGN_UP, codes.begun(SIGN_UP, address, network), code, _open).id


def _open(sign_up: UUID) -> Receipt:
    return dispatch(_command(sign_up), actor=str(sign_up))


def _command(sign_up: UUID) -> Command:
    """Returns the command that opens an account: of the customer whom staff have entered with the address, or anew."""
    proof = codes.look(sign_up)
    known = customer_at(proof.address) if proof else None
    return OpenAccount(customer_id=known, sign_up_id=sign_up) if known else RegisterCustomer(sign_up_id=sign_up)
