"""A row for each round of a tab that is still to be paid."""

from collections.abc import Iterator

from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from tavern.events import RoundAdded, TabLapsed, TabOpened, TabSettled

NAME = "unpaid_rounds"


def empty() -> Document:
    """Returns whose tab it is, and its rounds in their order."""
    return {"guest_id": None, "rounds": []}


def rows(fact: Document) -> Iterator[Document]:
    for number, one in enumerate(fact["rounds"], 1):
        yield {"_id": f"{fact['_id']}:{number}", "tab_id": fact["_id"], "guest_id": fact["guest_id"], **one}


@projects(NAME, streams=("tab",), version=1, shape=Rows, owner="guest_id", empty=empty, rows=rows)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case TabOpened():
            fact["guest_id"] = str(event.guest_id)
        case RoundAdded():
            about = {"keg_id": str(event.keg_id), "pints": event.pints, "price": dump(event.price)}
            fact["rounds"].append(about)
        case TabSettled() | TabLapsed():
            fact["rounds"].clear()
