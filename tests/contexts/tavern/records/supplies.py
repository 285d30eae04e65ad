"""A tally for each cellar: how many kegs lie in it, and how many pints are left in them."""

from collections.abc import Mapping

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Tally, projects
from tavern.events import KegEmptied, KegMoved, KegPoured, KegTapped, PintsDrawn

NAME = "cellar_supplies"


def empty() -> Document:
    return {"cellar_id": None, "pints": 0}


def contributes(fact: Document) -> Mapping[str, Mapping[str, int]]:
    """Returns what one keg adds to its cellar; nothing once it was carried out."""
    return {fact["cellar_id"]: {"kegs": 1, "pints": fact["pints"]}} if fact["cellar_id"] else {}


@projects(NAME, streams=("keg",), version=1, shape=Tally, empty=empty, contributes=contributes)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTapped():
            fact.update(cellar_id=str(event.cellar_id), pints=event.pints)
        case KegMoved():
            fact["cellar_id"] = str(event.cellar_id)
        case PintsDrawn():
            fact["pints"] -= event.pints
        case KegPoured():
            fact["pints"] = 0
        case KegEmptied():
            fact["cellar_id"] = None
