"""What happens to a supplier."""

from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event()
class SupplierRegistered(Event):
    supplier_id: UUID
    code: str
    name: str
    contact: Personal[str]
    country: str


@event()
class SupplierAmended(Event):
    """What it is called, whom to ask there and where it is were said anew."""

    supplier_id: UUID
    name: str
    contact: Personal[str]
    country: str
