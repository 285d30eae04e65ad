"""What the clock brings about: tabs lapse."""

from datetime import datetime, timedelta
from uuid import UUID

from efi.delivery.schedule import every
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading import generations
from efi.reading.projections import projects
from efi.writing.dispatch import dispatch
from tavern.commands.tabs import LapseTab
from tavern.events import TabLapsed, TabOpened, TabSettled

NAME = "tabs_due"


@projects(NAME, streams=("tab",), version=1, indexes=([("due", 1)],))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case TabOpened():
            document["due"] = event.lapses_at
        case TabSettled() | TabLapsed():
            document["due"] = None


@every(timedelta(minutes=1))
def lapse(at: datetime) -> None:
    """Ends the tabs whose time is over: the read model says which may be, the aggregate decides."""
    for tab in generations.live(NAME).documents.find({"due": {"$lte": at}}, {"_id": 1}).to_list():
        dispatch(LapseTab(tab_id=UUID(tab["_id"])), actor="schedule", at=at)
