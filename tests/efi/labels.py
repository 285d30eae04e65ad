"""Read models of a shape each, small enough to be seen through: what hangs on a shelf, and what is on it."""

from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from catalog.events import LotExpired, LotReceived, PriceChanged, ProductCreated
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import READ_MODELS, Fold, Journal, ReadModel, Rows, Tally

UNREADABLE: set[str] = set()
"""Prices and batch numbers that these folds fail on, for as long as a test says so."""


class Unreadable(Exception):
    """What a fold was written for is not what it was given."""


def price_tag(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated() | PriceChanged():
            document["price"] = _read(str(event.price.amount))
        case LotReceived():
            document["units"] = document.get("units", 0) + event.quantity


def lots(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            about = {"supplier": str(event.supplier_id), "units": event.quantity}
            fact.setdefault("lots", {})[_read(event.batch_number)] = about
        case LotExpired():
            fact["lots"].popitem()


def labels_of(fact: Document) -> list[Document]:
    return [{"_id": f"{fact['_id']} {_read(f'label of {batch}')}", **lot} for batch, lot in fact["lots"].items()]


def arrivals(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case LotReceived():
            fact["number"] += 1
            arrival = {"_id": f"{fact['_id']}:{fact['number']}", "batch": _read(event.batch_number)}
            fact["_new"].append(arrival)


def units_of(fact: Document) -> Mapping[str, Mapping[str, int]]:
    contributed: dict[str, dict[str, int]] = {}
    for batch, lot in fact["lots"].items():
        sums = contributed.setdefault(_read(f"label of {batch}") and lot["supplier"], {"units": 0, "lots": 0})
        sums["units"] += lot["units"]
        sums["lots"] += 1
    return contributed


def _read(text: str) -> str:
    if text in UNREADABLE:
        raise Unreadable(text)
    return text


TAGS = Fold(name="tags", kinds=("product", "stock"), version=1, fold=price_tag)
LABELS = Rows(name="labels", kinds=("stock",), version=1, fold=lots, rows=labels_of)
ARRIVALS = Journal(name="arrivals", kinds=("stock",), version=1, fold=arrivals, empty=lambda: {"number": 0, "_new": []})
UNITS = Tally(name="units", kinds=("stock",), version=1, fold=lots, contributes=units_of)


@contextmanager
def only(*models: ReadModel) -> Any:
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
