"""The shop window: one document per product, with its price, its stock and what its label says."""

import re
from collections.abc import Mapping

from pymongo.cursor import Cursor

from catalog.events import (
    LotExpired,
    LotReceived,
    LotReleased,
    PriceChanged,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDeactivated,
    ProductDescribed,
    ProductDiscontinued,
    ProductReactivated,
    ProductSubmitted,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from efi.errors import NotFound
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.paging import Sort
from efi.payloads import dump
from efi.projections import Generation, projects
from efi.texts import in_order

NAME = "product_catalog"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def empty() -> Document:
    return {"status": "draft", "lots": {}, "reserved": {}, "reviews": {}}


def derive(document: Document) -> None:
    """Of the product's status and its stock together: what one sees and whether it can be had."""
    lots = [lot for lot in document["lots"].values() if lot["on_sale"] and lot["remaining"]]
    available = max(0, sum(lot["remaining"] for lot in lots) - sum(document["reserved"].values()))
    discontinued = document["status"] == "discontinued"
    if discontinued:
        available = 0
    document["available"] = available
    document["best_before"] = min((lot["best_before"] for lot in lots), default=None)
    document["in_stock"] = bool(available)
    document["stock_status"] = "discontinued" if discontinued else "in_stock" if available else "out_of_stock"
    document["discontinued"] = discontinued
    document["visible"] = discontinued or document["status"] == "active"


@projects(
    NAME,
    streams=("product", "stock"),
    version=1,
    urgent=True,
    empty=empty,
    derive=derive,
    indexes=(
        [("keys", 1)],
        [("visible", 1), ("name_order", 1), ("_id", 1)],
        [("visible", 1), ("price.currency", 1), ("price_minor", 1), ("_id", 1)],
        [("visible", 1), ("price.currency", 1), ("price_minor", -1), ("_id", -1)],
        [("visible", 1), ("listed_at", -1), ("_id", -1)],
        [("visible", 1), ("category_ids", 1), ("name_order", 1), ("_id", 1)],
        [("visible", 1), ("category_ids", 1), ("price.currency", 1), ("price_minor", 1), ("_id", 1)],
        [("visible", 1), ("category_ids", 1), ("price.currency", 1), ("price_minor", -1), ("_id", -1)],
        [("visible", 1), ("category_ids", 1), ("listed_at", -1), ("_id", -1)],
        [("visible", 1), ("country_of_origin", 1), ("name_order", 1), ("_id", 1)],
        [("visible", 1), ("in_stock", 1), ("name_order", 1), ("_id", 1)],
    ),
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            document.update(sku=event.sku, keys=[event.sku, event.slug], slug=event.slug, price_before=None)
            document.update(price=dump(event.price), price_minor=event.price.minor, price_changed_at=None)
            document["category_ids"] = list(map(str, event.category_ids))
            _describe(document, event)
        case ProductDescribed():
            _describe(document, event)
        case PriceChanged():
            document.update(price=dump(event.price), price_minor=event.price.minor)
            document.update(price_before=dump(event.old_price), price_changed_at=commit.occurred_at)
        case ProductCategorised():
            document["category_ids"] = list(map(str, event.category_ids))
        case ProductSubmitted():
            document["status"] = "pending_approval"
        case ProductApproved():
            document.update(status="active", listed_at=commit.occurred_at)
        case ProductReactivated():
            document["status"] = "active"
        case ProductDeactivated():
            document["status"] = "inactive"
        case ProductDiscontinued():
            document["status"] = "discontinued"
        case LotReceived():
            lot = {"remaining": event.quantity, "best_before": event.best_before.isoformat(), "on_sale": False}
            document["lots"][str(event.lot_id)] = lot
        case LotReleased():
            document["lots"][str(event.lot_id)]["on_sale"] = True
        case LotExpired():
            document["lots"][str(event.lot_id)]["on_sale"] = False
        case StockReserved():
            document["reserved"][str(event.reservation_id)] = event.quantity
        case ReservationReleased() | ReservationLapsed():
            del document["reserved"][str(event.reservation_id)]
        case StockAllocated():
            document["reserved"].pop(str(event.reservation_id), None)
            for part in event.parts:
                document["lots"][str(part.lot_id)]["remaining"] -= part.quantity


def _describe(document: Document, event: ProductCreated | ProductDescribed) -> None:
    document.update(
        name=event.name,
        name_order=in_order(event.name),
        description=event.description,
        unit=event.unit,
        country_of_origin=event.country_of_origin,
        storage_zone=event.storage_zone,
        shelf_life_days=event.shelf_life_days,
        allergens=dump(event.allergens) if event.allergens else None,
    )


SORTS: dict[str, Sort] = {
    "name": (("name_order", 1), ("_id", 1)),
    "price": (("price.currency", 1), ("price_minor", 1), ("_id", 1)),
    "-price": (("price.currency", 1), ("price_minor", -1), ("_id", -1)),
    "newest": (("listed_at", -1), ("_id", -1)),
}
INTERNAL = dict.fromkeys(("_seen", "_failed", "keys", "lots", "reserved", "visible"), 0)
LISTED = {**INTERNAL, "description": 0}
REVISION = {"_rev": 1}


def page(
    generation: Generation, where: Document, sort: Sort, limit: int, shown: Mapping[str, int] = LISTED
) -> tuple[list[Document], bool]:
    """Visible products in order, and whether there are more."""
    rows = generation.documents.find({"visible": True, **where}, shown, sort=list(sort), limit=limit + 1).to_list()
    return rows[:limit], len(rows) > limit


def addresses(generation: Generation) -> Cursor[Document]:
    """The slug of each visible product, and when it last changed."""
    shown = {"slug": 1, "_updated_at": 1}
    return generation.documents.find({"visible": True}, shown, sort=list(SORTS["name"]))


def count(generation: Generation) -> int:
    """How many products are visible."""
    return generation.documents.count_documents({"visible": True})


def one(generation: Generation, key: str, shown: Mapping[str, int] = INTERNAL) -> Document:
    """By id, slug or SKU; raises `NotFound` for what is not, or not yet, on sale."""
    found = generation.documents.find_one({**_by(key), "visible": True}, shown)
    if found is None:
        raise NotFound(f"there is no product {key[:200]}")
    return found


def identity(generation: Generation, key: str) -> str:
    """The id behind an id, slug or SKU, on sale or not; raises `NotFound` for what no document tells of."""
    found = {"_id": key} if ID.fullmatch(key) else generation.documents.find_one(_by(key), {"_id": 1})
    if found is None:
        raise NotFound(f"there is no product {key[:200]}")
    return str(found["_id"])


def _by(key: str) -> Document:
    return {"_id": key} if ID.fullmatch(key) else {"keys": key}
