"""Moving to another address, which is proven first; the one before is told."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from customers.commands.emails import MOVE, MoveToEmail
from customers.doors.fields import wrong
from customers.doors.own import customer_of
from efi.accounts import codes, ended
from efi.domain.errors import NotFound
from efi.http.rate_limits import SIGN_INS, client_of, spend
from efi.log.keys import digest
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
    proof = _own(account, address)
    if not codes.prove(MOVE, proof, code):
        raise wrong("code", "wrong_code", "this code is wrong, or its ten minutes are over")
    try:
        command = MoveToEmail(customer_id=account.pk, proof_id=proof)
        receipt = dispatch(command, actor=str(account.pk), owner=account.pk)
    except NotFound as error:
        raise wrong("code", "wrong_code", "this code was used already") from error
    ended.end_others(request)
    return receipt


def _own(account: Any, address: str) -> UUID:
    """Returns the proof of this address that the account has begun last: nobody types in another's."""
    asked = {"purpose": MOVE, "address": digest(address)}
    found = (codes.look(one["_id"]) for one in codes.proofs().find(asked, {"_id": 1}).sort("_id", -1))
    mine = next((proof for proof in found if proof and proof.about == str(account.pk)), None)
    if mine is None:
        raise wrong("code", "wrong_code", "this code is wrong, or its ten minutes are over")
    return mine.id
