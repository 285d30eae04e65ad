"""A record for each cellar."""

from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding
from tavern.events import CellarClosed, CellarOpened

NAME = "cellar_records"
listing = Listing(closed={"closed": (True, False)}, sorts={"name": ("name_order",)})


@projects(NAME, streams=("cellar",), version=1, indexes=listing.indexes, view=(hiding("name_order"),))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case CellarOpened():
            document.update(name=event.name, name_order=in_order(event.name), terms=terms(event.name), closed=False)
        case CellarClosed():
            document["closed"] = True
