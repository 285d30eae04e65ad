"""A record for each product, with what there is of it."""

from catalog.events import (
    PictureAttached,
    PictureRemoved,
    PicturesArranged,
    PriceChanged,
    ProductCategorised,
    ProductCreated,
    ProductDescribed,
    ProductOffered,
    shelf,
)
from catalog.events.states import status_after
from catalog.values import Offer, Status, StorageZone
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding, price_of

NAME = "product_records"
listing = Listing(
    closed={"status": tuple(Status), "storage_zone": tuple(StorageZone), "in_stock": (True, False)},
    open=("country", "supplier_id"),
    sorts={
        "sku": ("sku",),
        "name": ("name_order",),
        "price": ("currency", "price"),
        "available": ("available",),
        "best_before": ("best_before",),
        "updated_at": ("_updated_at",),
    },
)


def empty() -> Document:
    """Returns a record without status: news of the stock may come first, and until the product's it is not shown."""
    return {"status": None, "offer": Offer.REGULAR, "pictures": [], **shelf.empty()}


def derive(document: Document) -> None:
    shelf.derive(document)
    document["picture"] = next(iter(document["pictures"]), None)


@projects(
    NAME,
    streams=("product", "stock"),
    version=7,
    empty=empty,
    derive=derive,
    indexes=listing.indexes,
    view=(
        {"$match": {"status": {"$ne": None}}},
        hiding("lots", "promised", "closed", "overbooked", "name_order", "pictures"),
    ),
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    document["status"] = status_after(event, document["status"], document["offer"])
    match event:
        case ProductCreated():
            document.update(sku=event.sku, created_at=commit.occurred_at)
            document["supplier_id"] = str(event.supplier_id) if event.supplier_id else None
            document["category_ids"] = list(map(str, event.category_ids))
            _describe(document, event)
            document.update(price_of(event.price))
        case ProductDescribed():
            _describe(document, event)
        case PriceChanged():
            document.update(price_of(event.price))
        case ProductCategorised():
            document["category_ids"] = list(map(str, event.category_ids))
        case ProductOffered():
            document["offer"] = event.offer
        case PictureAttached():
            document["pictures"].append(event.picture.name)
        case PictureRemoved():
            document["pictures"].remove(event.name)
        case PicturesArranged():
            document["pictures"] = list(event.names)
        case _:
            shelf.fold(document, event)


def _describe(document: Document, event: ProductCreated | ProductDescribed) -> None:
    document.update(
        name=event.name,
        name_order=in_order(event.name),
        terms=terms(document["sku"], event.name, event.brand),
        description=event.description,
        brand=event.brand,
        unit=event.unit,
        country=event.country_of_origin,
        storage_zone=event.storage_zone,
        shelf_life_days=event.shelf_life_days,
    )
