"""What happens to a supplier."""

from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="supplier_id")
class SupplierRegistered(Event):
    supplier_id: UUID
    code: str
    name: str
    contact: Personal[str]
    country: str


@event(person="supplier_id")
class SupplierAmended(Event):
    """The supplier's name, contact or country changed."""

    supplier_id: UUID
    name: str
    contact: Personal[str]
    country: str
