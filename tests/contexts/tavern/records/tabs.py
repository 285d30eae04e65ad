"""A record for each tab, which is its guest's own."""

from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding
from tavern.events import RoundAdded, TabLapsed, TabOpened, TabSettled
from tavern.values import TabStatus

NAME = "tab_records"
listing = Listing(closed={"status": tuple(TabStatus)}, sorts={"name": ("name_order",), "lapses_at": ("lapses_at",)})


@projects(NAME, streams=("tab",), version=1, owner="guest_id", indexes=listing.indexes, view=(hiding("name_order"),))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case TabOpened():
            name = event.name or ""
            document.update(name=name, name_order=in_order(name), terms=terms(name))
            document.update(guest_id=str(event.guest_id), lapses_at=event.lapses_at, pints=0, status=TabStatus.OPEN)
        case RoundAdded():
            document["pints"] += event.pints
        case TabSettled():
            document["status"] = TabStatus.SETTLED
        case TabLapsed():
            document["status"] = TabStatus.LAPSED
