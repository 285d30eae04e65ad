"""What happens in a customer's address book."""

from uuid import UUID

from customers.values import Address, AddressUse
from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class AddressAdded(Event):
    """The first one is what is taken where no other is named."""

    customer_id: UUID
    address_id: UUID
    address: Personal[Address]
    country: str


@event(person="customer_id")
class AddressChanged(Event):
    customer_id: UUID
    address_id: UUID
    address: Personal[Address]
    country: str


@event()
class AddressRemoved(Event):
    customer_id: UUID
    address_id: UUID


@event()
class DefaultAddressChosen(Event):
    """This address is taken for shipping, or for billing, where no other is named."""

    customer_id: UUID
    address_id: UUID
    use: AddressUse
