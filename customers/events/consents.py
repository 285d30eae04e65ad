"""What a customer agrees to, and takes back."""

from uuid import UUID

from customers.values import ConsentKind
from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class ConsentGiven(Event):
    """The customer agreed to a version of a text, asked at a network address."""

    customer_id: UUID
    kind: ConsentKind
    version: str
    network_address: Personal[str]


@event(person="customer_id")
class ConsentWithdrawn(Event):
    """The customer no longer agrees."""

    customer_id: UUID
    kind: ConsentKind
    network_address: Personal[str]
