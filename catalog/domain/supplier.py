"""A supplier: whom we buy from."""

from uuid import UUID

from catalog.events import SupplierAmended, SupplierRegistered
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.events import Event
from efi.domain.payloads import Personal


@aggregate("supplier")
class Supplier(Aggregate):
    """Whom we buy from; each lot names one."""

    name: str = ""
    contact: Personal[str] = ""
    country: str = ""

    @property
    def person(self) -> UUID | None:
        return self.id

    def register(self, *, code: str, name: str, contact: str, country: str) -> None:
        self.record(
            SupplierRegistered(supplier_id=self.identity, code=code, name=name, contact=contact, country=country)
        )

    def amend(self, *, name: str, contact: str, country: str) -> None:
        if (name, contact, country) != (self.name, self.contact, self.country):
            self.record(SupplierAmended(supplier_id=self.identity, name=name, contact=contact, country=country))

    def evolve(self, event: Event) -> None:
        match event:
            case SupplierRegistered() | SupplierAmended():
                self.name, self.contact, self.country = event.name, event.contact, event.country
