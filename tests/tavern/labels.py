"""Read models of a shape each, small enough to be seen through: the tag of a keg, and what guests think of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import READ_MODELS, Fold, Journal, ReadModel, Rows, Tally
from tavern.events import KegRepriced, KegTapped, KegTasted

UNREADABLE: set[str] = set()
"""Prices and guests that these folds fail on, for as long as a test says so."""


class Unreadable(Exception):
    """What a fold was written for is not what it was given."""


def price_tag(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTapped() | KegRepriced():
            document["price"] = _read(str(event.price.amount))
        case KegTasted():
            document["stars"] = document.get("stars", 0) + event.stars


def opinions(fact: Document, event: Event, commit: Commit) -> None:
    """A guest who gives no star takes back those given before."""
    match event:
        case KegTasted(stars=0):
            del fact["guests"][str(event.guest_id)]
        case KegTasted():
            fact.setdefault("guests", {})[_read(str(event.guest_id))] = event.stars


def opinions_of(fact: Document) -> list[Document]:
    return [
        {"_id": f"{fact['_id']} {_read(opinion_of(guest))}", "stars": stars} for guest, stars in fact["guests"].items()
    ]


def opinion_of(guest: object) -> str:
    return f"opinion of {guest}"


def tastings(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case KegTasted():
            fact["number"] += 1
            tasting = {"_id": f"{fact['_id']}:{fact['number']}", "guest": _read(str(event.guest_id))}
            fact["_new"].append(tasting)


def stars_of(fact: Document) -> Mapping[str, Mapping[str, int]]:
    """Returns what one keg adds: how many guests gave it so many stars, and how many stars these are together."""
    contributed: dict[str, dict[str, int]] = {}
    for guest, stars in fact["guests"].items():
        sums = contributed.setdefault(_read(opinion_of(guest)) and str(stars), {"stars": 0, "guests": 0})
        sums["stars"] += stars
        sums["guests"] += 1
    return contributed


def _read(text: str) -> str:
    if text in UNREADABLE:
        raise Unreadable(text)
    return text


TAGS = Fold(name="tags", kinds=("keg", "tasting"), version=1, fold=price_tag)
OPINIONS = Rows(name="opinions", kinds=("tasting",), version=1, fold=opinions, rows=opinions_of)
TASTINGS = Journal(
    name="tastings", kinds=("tasting",), version=1, fold=tastings, empty=lambda: {"number": 0, "_new": []}
)
STARS = Tally(name="stars", kinds=("tasting",), version=1, fold=opinions, contributes=stars_of)
SHAPES = (TAGS, OPINIONS, TASTINGS, STARS)


@contextmanager
def only(*models: ReadModel) -> Iterator[None]:
    """These and no other read models are registered."""
    known = dict(READ_MODELS)
    READ_MODELS.clear()
    READ_MODELS.update({model.name: model for model in models})
    try:
        yield
    finally:
        READ_MODELS.clear()
        READ_MODELS.update(known)
        UNREADABLE.clear()
