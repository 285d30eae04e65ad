"""A record for each product's stock: how much there is, how much is promised, and whether more is to be bought."""

from enum import StrEnum

from catalog.domain import shelf
from catalog.events import (
    ProductCreated,
    ProductDescribed,
    ProductDiscontinued,
    ProductRecalled,
    ReorderPointSet,
)
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding


class Standing(StrEnum):
    """Whether a product can be had, and for how long."""

    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"
    DISCONTINUED = "discontinued"


NAME = "stock_records"
listing = Listing(
    closed={"standing": tuple(Standing), "to_reorder": (True, False)},
    sorts={
        "name": ("name_order",),
        "sku": ("sku",),
        "on_hand": ("on_hand",),
        "available": ("available",),
        "best_before": ("best_before",),
    },
)


def empty() -> Document:
    """News of the stock may come before the product's own: until then it has no name, and is not shown."""
    return {"sku": None, "name": "", "ended": False, "reorder_point": None, **shelf.empty()}


def derive(document: Document) -> None:
    shelf.derive(document)
    document["product_id"] = document["_id"]
    document["on_hand"] = sum(lot["remaining"] for lot in document["lots"].values())
    document["held"] = sum(lot["remaining"] for lot in document["lots"].values() if not lot["on_sale"])
    document["reserved"] = sum(document["promised"].values())
    low = document["reorder_point"] is not None and document["available"] <= document["reorder_point"]
    document["to_reorder"] = low and not document["ended"]
    document["standing"] = _standing(document, low)


def _standing(document: Document, low: bool) -> Standing:
    if document["ended"]:
        return Standing.DISCONTINUED
    if not document["available"]:
        return Standing.OUT_OF_STOCK
    return Standing.LOW_STOCK if low else Standing.IN_STOCK


@projects(
    NAME,
    streams=("product", "stock"),
    version=2,
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
        case ProductDiscontinued() | ProductRecalled():
            document["ended"] = True
        case ReorderPointSet():
            document["reorder_point"] = event.reorder_point
        case _:
            shelf.fold(document, event)


def _name(document: Document, event: ProductCreated | ProductDescribed) -> None:
    document.update(name=event.name, name_order=in_order(event.name), terms=terms(document["sku"], event.name))
