"""A record for each supplier."""

from catalog.events import SupplierAmended, SupplierRegistered
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding

NAME = "supplier_records"
listing = Listing(open=("country",), sorts={"code": ("code",), "name": ("name_order",), "updated_at": ("_updated_at",)})


@projects(NAME, streams=("supplier",), version=3, indexes=listing.indexes, view=(hiding("name_order"),))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case SupplierRegistered():
            document["code"] = event.code
            _amend(document, event)
        case SupplierAmended():
            _amend(document, event)


def _amend(document: Document, event: SupplierRegistered | SupplierAmended) -> None:
    document.update(name=event.name, contact=event.contact, country=event.country)
    document.update(name_order=in_order(event.name), terms=terms(document["code"], event.name))
