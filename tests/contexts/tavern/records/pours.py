"""A journal of what was drawn of each keg, and for which tab."""

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Journal, projects
from tavern.events import KegPoured, PintsDrawn

NAME = "pours"


def empty() -> Document:
    """Returns how many entries there are, which numbers the next, and those that are not written yet."""
    return {"number": 0, "_new": []}


@projects(NAME, streams=("keg",), version=1, shape=Journal, empty=empty, indexes=([("tab_id", 1)],))
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case PintsDrawn():
            _enter(fact, event.pints, str(event.tab_id) if event.tab_id else None, commit)
        case KegPoured():
            _enter(fact, event.pints, None, commit)


def _enter(fact: Document, pints: int, tab_id: str | None, commit: Commit) -> None:
    fact["number"] += 1
    entry = {"_id": f"{fact['_id']}:{fact['number']}", "keg_id": fact["_id"], "pints": pints, "tab_id": tab_id}
    fact["_new"].append({**entry, "drawn_by": commit.actor, "drawn_at": commit.occurred_at})
