"""Commands on suppliers."""

from catalog.domain.supplier import Supplier
from catalog.values import supplier_claim
from efi.domain.context import Context
from efi.domain.fields import Code, Country, Name, Text
from efi.writing.claims import take
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

suppliers = Repository(Supplier)


@command
class RegisterSupplier(Command):
    """Adds a supplier under a code that no other has."""

    code: Code
    name: Name
    contact: Text = ""
    country: Country


@handles(RegisterSupplier, transaction=True, creates=True)
def register_supplier(command: RegisterSupplier, context: Context) -> None:
    with suppliers.new(context.new_id()) as supplier:
        supplier.register(code=command.code, name=command.name, contact=command.contact, country=command.country)
    take(supplier_claim(command.code), f"supplier code {command.code} is taken")


@command
class AmendSupplier(Command):
    """Says anew what a supplier is called, whom to ask there and where it is."""

    supplier_id: Subject
    name: Name
    contact: Text
    country: Country


@handles(AmendSupplier)
def amend_supplier(command: AmendSupplier, context: Context) -> None:
    with suppliers.existing(command.supplier_id) as supplier:
        supplier.amend(name=command.name, contact=command.contact, country=command.country)
