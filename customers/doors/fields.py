"""What is typed in at the doors, and what is wrong with it, as pointers into the body or names of a form's fields."""

from typing import Annotated

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pydantic import BeforeValidator, StringConstraints

from efi.domain.errors import Malformed
from efi.domain.fields import ONE_LINE, WITHOUT_NUL
from efi.domain.texts import visible
from efi.models import User

LONGEST_PASSWORD = 1_000
"""Longer ones than a password may be are let in here, so that the rule on passwords says so."""


def _line(text: object) -> object:
    return visible(text) if isinstance(text, str) else text


PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=ONE_LINE),
    BeforeValidator(_line),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD, pattern=WITHOUT_NUL)]
TypedCode = Annotated[str, StringConstraints(max_length=40, pattern=WITHOUT_NUL)]
Typed = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD, pattern=WITHOUT_NUL)]


def must_do(password: str, owner: User, field: str = "password") -> None:
    """Raises `Malformed` that points at the field where a password will not do for its owner."""
    try:
        validate_password(password, owner)
    except ValidationError as error:
        faults = tuple(
            {"pointer": f"/{field}", "code": str(one.code), "detail": " ".join(one.messages)}
            for one in error.error_list
        )
        raise Malformed(f"wrong: {faults[0]['detail']}", faults) from error


def wrong(field: str, code: str, detail: str) -> Malformed:
    """Returns the refusal of one field; `code` is the whole refusal's too."""
    refusal = Malformed(detail, ({"pointer": f"/{field}", "code": code, "detail": detail},))
    refusal.code = code
    return refusal
