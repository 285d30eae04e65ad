"""The texts that the customers' commands take."""

from ipaddress import ip_address
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from efi.domain.fields import SOMETHING_SEEN, Tag
from efi.domain.payloads import told_as
from efi.domain.texts import with_plain_line_ends
from efi.models import folded

LONGEST_EMAIL = 254
LONGEST_NOTE = 2_000
MOST_TAGS = 30
DIALLED = told_as("digits, and between them spaces, dots, hyphens and brackets", r"^(\+?[0-9 ()./-]{6,30})?$")
WRITTEN = r"^[^\s@]+@[^\s@]+$"


def _email(typed: str) -> str:
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError("this is no e-mail address") from error
    return folded(typed)


def _lines(typed: object) -> object:
    return with_plain_line_ends(typed) if isinstance(typed, str) else typed


def _network_address(typed: str) -> str:
    return str(ip_address(typed)) if typed else ""


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=LONGEST_EMAIL, pattern=WRITTEN),
    AfterValidator(_email),
    Field(examples=["anna@efi.example", "ben@efi.example", "ada@trattoria.example"]),
]
"""An e-mail address, folded as accounts are."""
PhoneNumber = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30, pattern=DIALLED)]
NetworkAddress = Annotated[
    str, StringConstraints(max_length=45), AfterValidator(_network_address), Field(examples=["192.0.2.7"])
]
"""Where a request came from, by IPv4 or IPv6; "" where nobody knows."""
Tags = Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
"""By what a text that one agrees to is told from those before."""
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NOTE, pattern=SOMETHING_SEEN),
    BeforeValidator(_lines),
]
"""What staff write down about somebody."""
