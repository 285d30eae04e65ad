"""What the clock brings about: tabs lapse."""

from uuid import UUID

from efi.delivery.due import BY_DUE, when_due
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from tavern.commands.tabs import LapseTab
from tavern.events import TabLapsed, TabOpened, TabSettled

NAME = "tabs_due"


@projects(NAME, streams=("tab",), version=1, indexes=(BY_DUE,))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case TabOpened():
            document["due"] = event.lapses_at
        case TabSettled() | TabLapsed():
            document["due"] = None


@when_due(NAME)
def lapse(tab: str) -> LapseTab:
    """Returns the command that ends a tab whose time is over."""
    return LapseTab(tab_id=UUID(tab))
