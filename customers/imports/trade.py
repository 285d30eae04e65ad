"""The customers of a trader's folder: businesses without an account, and without an e-mail address."""

import re
from dataclasses import dataclass
from uuid import UUID

from customers.commands.fields import DIALLED
from customers.commands.people import TagCustomer
from customers.commands.registration import OpenBusiness
from customers.values import Address, CustomerType, Licence, is_business
from efi.domain.context import made_by
from efi.domain.countries import names
from efi.domain.errors import KeyReused, Refusal
from efi.domain.fields import LONGEST_NAME
from efi.imports.importer import Importer, Orders, Terms
from efi.imports.tables import Columns, Row
from efi.imports.trades import Part, brings
from efi.writing.batch_dispatch import Order
from efi.writing.commands import Command, command_id_of

IMPORT = "import"
CODE = re.compile("[A-Z0-9]{1,40}")
PHONE = re.compile(DIALLED)
BUSINESSES = tuple(kind.value for kind in CustomerType if is_business(kind))
UNSAID = CustomerType.INTERNATIONAL_RETAILER
"""What a business is taken for that the file says nothing of, until staff say otherwise."""
COLUMNS = Columns(
    required=("code", "name", "contact_name", "street", "city", "country"),
    optional=("region", "postal_code", "phone", "type"),
    unique="code",
)


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """A customer as a trader's file has it."""

    line: int
    code: str
    opens: OpenBusiness


def customer_in(row: Row) -> CustomerRow:
    """Reads a customer from a row, and notes what is wrong with it."""
    said = {name: row.text(name, longest=LONGEST_NAME) for name in ("name", "contact_name", "street", "city")}
    region, code = (row.text(name, longest=LONGEST_NAME, required=False) for name in ("region", "postal_code"))
    country = row.one_of("country", tuple(names()))
    address = Address(street=said["street"], city=said["city"], region=region, postal_code=code, country=country)
    kind = row.one_of("type", BUSINESSES) if row.cells.get("type") else UNSAID
    return CustomerRow(
        line=row.line,
        code=row.matching("code", CODE, "must be 1 to 40 of A-Z and 0-9"),
        opens=OpenBusiness(
            type=CustomerType(kind or UNSAID),
            name=said["contact_name"],
            licence=Licence(business_name=said["name"]),
            phone=row.matching("phone", PHONE, "is no telephone number") if row.cells.get("phone") else "",
            address=address,
        ),
    )


class CustomerImport(Importer[CustomerRow]):
    """Enters each business once, under a tag that is its code in the file."""

    def __init__(self) -> None:
        super().__init__(Terms(run=UUID(int=0), actor=IMPORT, file=""), ())

    def refused(self, refusal: Refusal) -> str:
        changed = "has changed since it was imported; what was imported stays as it was"
        return changed if isinstance(refusal, KeyReused) else refusal.detail

    def orders(self, row: CustomerRow) -> Orders:
        yield _order(row.code, row.opens)
        yield _order(row.code, TagCustomer(customer_id=imported_as(row.code), tags=(row.code.lower(),)))


def imported_as(code: str) -> UUID:
    """Returns the id of the customer whom a trader's files call by a code."""
    return made_by(command_id_of(OpenBusiness, IMPORT, _key(code)))


def _key(code: str) -> str:
    return f"import:customer:{code}"


def _order(code: str, command: Command) -> Order:
    return Order(command=command, actor=IMPORT, key=_key(code))


CUSTOMERS = brings(
    Part(
        file="customers.csv",
        columns=COLUMNS,
        read=customer_in,
        importer=CustomerImport,
        counted={OpenBusiness: "customers"},
    )
)
