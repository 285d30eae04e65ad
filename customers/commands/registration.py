"""Commands by which staff enter customers."""

from collections.abc import Iterator
from uuid import UUID

from customers.commands.fields import PhoneNumber
from customers.domain.customer import Customer
from customers.values import HOME, Address, ContactMethod, CustomerType, Licence, phone_of
from efi.domain.context import Context
from efi.domain.fields import Line, Name
from efi.writing.commands import Command, command, handles
from efi.writing.repository import Repository

customers = Repository(Customer)


def merged_into(customer: Customer) -> Iterator[UUID]:
    """Yields the ids of those who were merged into a customer, and of those who had been merged into these."""
    for merged_id in customer.merged:
        yield merged_id
        yield from merged_into(customers.load(merged_id))


@command
class OpenBusiness(Command):
    """Enters a business as a customer, without an account until it is invited.

    The name is that of whom to ask for there. An address is kept as it was written, as it may be on an old paper.
    """

    type: CustomerType
    name: Name
    licence: Licence
    phone: PhoneNumber = ""
    other_phone: PhoneNumber = ""
    role: Line = ""
    address: Address | None = None

    @property
    def country(self) -> str:
        """Returns the country from which its telephone numbers are read."""
        return self.address.country if self.address else HOME


@handles(OpenBusiness, creates=True)
def open_business(command: OpenBusiness, context: Context) -> None:
    with customers.new(context.new_id()) as customer:
        customer.register(kind=command.type, name=command.name, email=None)
        customer.identify(command.licence)
        customer.change_contact(
            phone=phone_of(command.phone, command.country),
            other_phone=phone_of(command.other_phone, command.country),
            role=command.role,
            preferred=ContactMethod.EITHER,
        )
        customer.begin_book(context.new_id("address"), command.address)
