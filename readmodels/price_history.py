"""The prices of each product since it first went on sale; what a draft was to cost is left out."""

from catalog.events import PriceChanged, ProductApproved, ProductCreated
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Generation, projects

NAME = "price_history"


def empty() -> Document:
    return {"price": None, "prices": []}


@projects(NAME, streams=("product",), version=2, empty=empty)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            document["price"] = dump(event.price)
        case PriceChanged():
            document["price"] = dump(event.price)
            if document["prices"]:
                _since(document, commit)
        case ProductApproved() if not document["prices"]:
            _since(document, commit)


def _since(document: Document, commit: Commit) -> None:
    document["prices"].append({"price": document["price"], "since": commit.occurred_at})


def of(generation: Generation, product_id: str) -> Document:
    """Returns the history of a product's prices, empty where nothing has been folded yet."""
    nothing = {"_id": product_id, "_rev": 0, "_updated_at": None, **empty()}
    return generation.documents.find_one({"_id": product_id}) or nothing
