"""What each product has cost, and since when."""

from catalog.events import PriceChanged, ProductCreated
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.payloads import dump
from efi.projections import Generation, projects

NAME = "price_history"


def empty() -> Document:
    return {"prices": []}


@projects(NAME, streams=("product",), version=1, empty=empty)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated() | PriceChanged():
            document["prices"].append({"price": dump(event.price), "since": commit.occurred_at})


def of(generation: Generation, product_id: str) -> Document:
    """Empty where nothing has been folded yet."""
    nothing = {"_id": product_id, "_rev": 0, "_updated_at": None, **empty()}
    return generation.documents.find_one({"_id": product_id}) or nothing
