"""Moving to another address, which is proven first; the one before is told."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from customers.commands.emails import MOVE, MoveToEmail
from customers.doors import proving
from customers.doors.own import customer_of
from efi.accounts import codes, ended
from efi.http.rate_limits import SIGN_INS, client_of, spend
from efi.mails import outbox
from efi.writing.commands import Receipt
from efi.writing.dispatch import dispatch


def begin(account: Any, address: str, network: str) -> UUID:
    """Has a code sent to an address, or word to its owner that it is taken: neither answer tells which.

    Raises `TooMany`.
    """
    spend(SIGN_INS, network)
    proof = codes.ask(MOVE, address, str(customer_of(account).identity))
    outbox.ask(MOVE, proof, address=address, network=network)
    return proof


def move(request: HttpRequest, account: Any, address: str, code: str) -> Receipt:
    """Takes an address that a code is right for, in place of the one before; what was open elsewhere ends.

    Raises `Malformed` for a wrong code, `Rejected` where the address has become another's, and `TooMany`.
    """
    spend(SIGN_INS, client_of(request))
    receipt = proving.prove(
        MOVE,
        _own(account, address),
        code,
        lambda proof: dispatch(
            MoveToEmail(customer_id=account.pk, proof_id=proof), actor=str(account.pk), owner=account.pk
        ),
    )
    ended.end_others(request)
    return receipt


def _own(account: Any, address: str) -> list[UUID]:
    """Returns the proof of this address that the account has begun last, if any: nobody types in another's."""
    begun = (codes.look(proof_id) for proof_id in codes.begun(MOVE, address))
    return [proof.id for proof in begun if proof and proof.about == str(account.pk)][:1]
