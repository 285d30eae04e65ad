"""How a customer is reached, and what they have agreed to."""

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

HOME = "BB"


class ContactMethod(StrEnum):
    """How somebody prefers to be reached."""

    EMAIL = "email"
    PHONE = "phone"
    EITHER = "either"


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A telephone number as it was typed, and as the whole world dials it where that can be told."""

    typed: str
    number: str | None = None


def phone_of(typed: str, country: str = HOME) -> Phone | None:
    """Returns what was typed with its number in E.164, if it is a valid one seen from a country; None for "".

    https://www.itu.int/rec/T-REC-E.164
    """
    try:
        read = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return Phone(typed=typed) if typed else None
    if not phonenumbers.is_valid_number(read):
        return Phone(typed=typed)
    return Phone(typed=typed, number=phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164))


class ConsentKind(StrEnum):
    """What somebody agrees to, or not."""

    MARKETING = "marketing"
    TERMS = "terms"


TEXTS = {ConsentKind.MARKETING: "2026-11", ConsentKind.TERMS: "2026-11"}
"""The version of each text that customers are asked to agree to now."""
