"""A record for each keg: a fold of the keg's own stream and of the one that says what guests thought of it."""

from bson import Decimal128

from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.domain.values import Money
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding
from tavern.events import (
    KegEmptied,
    KegMoved,
    KegPoured,
    KegRepriced,
    KegTapped,
    KegTasted,
    PintsDrawn,
    PouringDeclined,
    PouringProposed,
)

NAME = "keg_records"
listing = Listing(
    closed={"emptied": (True, False)},
    open=("cellar_id",),
    sorts={"name": ("name_order",), "pints": ("pints",)},
)


def empty() -> Document:
    """Returns what is true of a keg before either stream has said anything."""
    return {"pints": 0, "emptied": False, "proposal_id": None, "stars": 0, "tastings": 0, "popular": False}


def derive(document: Document) -> None:
    """Calls a keg popular while pints are left of what its guests gave four stars or more on average."""
    document["popular"] = bool(document["pints"]) and document["stars"] >= 4 * max(1, document["tastings"])


@projects(
    NAME,
    streams=("keg", "tasting"),
    version=1,
    empty=empty,
    derive=derive,
    indexes=listing.indexes,
    view=(hiding("name_order"),),
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTapped():
            document.update(name=event.name, name_order=in_order(event.name), terms=terms(event.name))
            document.update(cellar_id=str(event.cellar_id), pints=event.pints)
            _price(document, event.price)
        case KegRepriced():
            _price(document, event.price)
        case KegMoved():
            document["cellar_id"] = str(event.cellar_id)
        case PintsDrawn():
            document["pints"] -= event.pints
        case PouringProposed():
            document["proposal_id"] = str(event.proposal_id)
        case PouringDeclined():
            document["proposal_id"] = None
        case KegPoured():
            document.update(pints=0, proposal_id=None)
        case KegEmptied():
            document.update(emptied=True, proposal_id=None)
        case KegTasted():
            document["stars"] += event.stars
            document["tastings"] += 1


def _price(document: Document, price: Money) -> None:
    document.update(price=Decimal128(price.amount), currency=price.currency)
