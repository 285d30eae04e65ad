"""How somebody comes to be a customer, and by which address they sign in."""

from uuid import UUID

from customers.values import CustomerType
from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class CustomerRegistered(Event):
    """Somebody became a customer; without an e-mail address where staff, or an import, entered a business."""

    customer_id: UUID
    type: CustomerType
    name: Personal[str]
    email: Personal[str]


@event(person="customer_id")
class EmailProven(Event):
    """The customer has shown that this address is theirs; it is the one that they sign in by."""

    customer_id: UUID
    email: Personal[str]


@event(person="customer_id")
class EmailChanged(Event):
    """Staff entered another address, which the customer has not proven yet."""

    customer_id: UUID
    email: Personal[str]


@event()
class AccountOpened(Event):
    """The customer can sign in from here on."""

    customer_id: UUID


@event(person="customer_id")
class CustomerInvited(Event):
    """Staff have invited the customer, at an address, to open an account."""

    customer_id: UUID
    email: Personal[str]


@event()
class ResetOffered(Event):
    """Staff have had a link to another password sent to the customer."""

    customer_id: UUID
