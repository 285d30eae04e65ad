"""What of the tavern waits for a second person: to pour away what is left in a keg."""

from enum import StrEnum

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.approvals import answered, ask, asks
from tavern.events import KegEmptied, KegPoured, KegTapped, PintsDrawn, PouringDeclined, PouringProposed


class Kind(StrEnum):
    """What a second person is asked about."""

    POURING = "pouring"


def empty() -> Document:
    """Returns what is known of a keg at first."""
    return {"name": "", "pints": 0}


def shown(fact: Document, asked: Document) -> Document:
    """Returns what a row says besides: the keg, and what would be lost."""
    return {"subject": fact["name"], "before": f"{fact['pints']} pints"}


@asks(kinds=Kind, streams=("keg",), version=1, empty=empty, shown=shown)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTapped():
            fact.update(name=event.name, pints=event.pints)
        case PintsDrawn():
            fact["pints"] -= event.pints
        case PouringProposed():
            ids = {"keg_id": str(event.keg_id), "proposal_id": str(event.proposal_id)}
            ask(fact, Kind.POURING, commit, event.proposed_by, ids, after="nothing", reason=event.reason)
        case PouringDeclined() | KegPoured() | KegEmptied():
            answered(fact, Kind.POURING)
