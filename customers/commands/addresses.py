"""Commands on a customer's address book."""

from uuid import UUID

from customers.commands.registration import customers
from customers.values import AddressUse, FittingAddress
from efi.domain.context import Context
from efi.domain.fields import DrawnId
from efi.writing.commands import Command, Subject, command, handles


@command
class AddAddress(Command):
    """Puts an address into a customer's book."""

    customer_id: Subject
    address_id: DrawnId
    address: FittingAddress


@handles(AddAddress)
def add_address(command: AddAddress, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.add_address(command.address_id, command.address)


@command
class ChangeAddress(Command):
    """Says anew where an address of a customer's book is."""

    customer_id: Subject
    address_id: UUID
    address: FittingAddress


@handles(ChangeAddress)
def change_address(command: ChangeAddress, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.change_address(command.address_id, command.address)


@command
class RemoveAddress(Command):
    """Takes an address out of a customer's book."""

    customer_id: Subject
    address_id: UUID


@handles(RemoveAddress)
def remove_address(command: RemoveAddress, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.remove_address(command.address_id)


@command
class ChooseAddress(Command):
    """Takes an address for shipping, or for billing, where no other is named."""

    customer_id: Subject
    address_id: UUID
    use: AddressUse


@handles(ChooseAddress)
def choose_address(command: ChooseAddress, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.choose_address(command.address_id, command.use)
