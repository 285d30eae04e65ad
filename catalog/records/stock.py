"""A record for each product's stock: how much there is, how much is promised, and whether more is to be bought."""

from catalog.events import (
    ProductCreated,
    ProductDescribed,
    ProductDiscontinued,
    ProductRecalled,
    ProductReinstated,
    ReorderPointSet,
    shelf,
)
from catalog.values import Availability, availability
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding

NAME = "stock_records"
listing = Listing(
    closed={"standing": tuple(Availability), "to_reorder": (True, False)},
    sorts={
        "name": ("name_order",),
        "sku": ("sku",),
        "on_hand": ("on_hand",),
        "available": ("available",),
        "best_before": ("best_before",),
    },
)


def empty() -> Document:
    """Returns a record without name: news of the stock may come first, and until the product's it is not shown."""
    return {"sku": None, "name": "", "ended": None, "reorder_point": None, **shelf.empty()}


def derive(document: Document) -> None:
    shelf.derive(document)
    document["product_id"] = document["_id"]
    document["on_hand"] = sum(lot["remaining"] for lot in document["lots"].values())
    document["held"] = sum(lot["remaining"] for lot in document["lots"].values() if not lot["on_sale"])
    document["reserved"] = sum(document["promised"].values())
    low = document["reorder_point"] is not None and document["available"] <= document["reorder_point"]
    document["to_reorder"] = low and not document["ended"]
    document["standing"] = availability(document["available"], ended=document["ended"], low=low)


@projects(
    NAME,
    streams=("product", "stock"),
    version=5,
    empty=empty,
    derive=derive,
    indexes=listing.indexes,
    view=(
        {"$match": {"sku": {"$ne": None}}},
        hiding("lots", "promised", "closed", "overbooked", "name_order", "ended", "in_stock"),
    ),
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            document["sku"] = event.sku
            _name(document, event)
        case ProductDescribed():
            _name(document, event)
        case ProductDiscontinued():
            document["ended"] = Availability.DISCONTINUED
        case ProductRecalled():
            document["ended"] = Availability.RECALLED
        case ProductReinstated():
            document["ended"] = None
        case ReorderPointSet():
            document["reorder_point"] = event.reorder_point
        case _:
            shelf.fold(document, event)


def _name(document: Document, event: ProductCreated | ProductDescribed) -> None:
    document.update(name=event.name, name_order=in_order(event.name), terms=terms(document["sku"], event.name))
