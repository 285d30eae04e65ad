"""What sign-ups and moves to another address share: a code that comes back, and what is done once it is right."""

from collections.abc import Callable, Iterable
from uuid import UUID

from customers.doors.fields import wrong
from efi.accounts import codes
from efi.domain.errors import NotFound
from efi.writing.commands import Receipt


def prove(purpose: str, proofs: Iterable[UUID], code: str, give: Callable[[UUID], Receipt]) -> Receipt:
    """Tries a code for one proof after the other, and gives what the first that it is right for is for.

    Raises `Malformed` where it is right for none, or was used already.
    """
    proof = next((one for one in proofs if codes.prove(purpose, one, code)), None)
    if not proof:
        raise wrong("code", "wrong_code", "this code is wrong, or its ten minutes are over")
    try:
        return give(proof)
    except NotFound as error:
        raise wrong("code", "wrong_code", "this code was used already") from error
