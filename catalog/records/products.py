"""A record for each product, with what there is of it."""

from datetime import UTC, datetime, time

from bson import Decimal128

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
from catalog.values import Status, StorageZone
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.projections import projects
from efi.records import Listing, hiding
from efi.texts import in_order, terms
from efi.values import Money

NAME = "product_records"
listing = Listing(
    closed={"status": tuple(Status), "storage_zone": tuple(StorageZone), "in_stock": (True, False)},
    open=("country",),
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
    """News of the stock may come before the product's own: until then it has no status, and is not shown."""
    return {"status": None, "lots": {}, "reserved": {}}


def derive(document: Document) -> None:
    sold = [lot for lot in document["lots"].values() if lot["on_sale"] and lot["remaining"]]
    document["available"] = max(0, sum(lot["remaining"] for lot in sold) - sum(document["reserved"].values()))
    document["in_stock"] = document["available"] > 0
    document["best_before"] = min((lot["best_before"] for lot in sold), default=None)


@projects(
    NAME,
    streams=("product", "stock"),
    version=1,
    empty=empty,
    derive=derive,
    indexes=listing.indexes,
    view=({"$match": {"status": {"$ne": None}}}, hiding("lots", "reserved", "name_order")),
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            document.update(sku=event.sku, status=Status.DRAFT, created_at=commit.occurred_at)
            document["supplier_id"] = str(event.supplier_id) if event.supplier_id else None
            document["category_ids"] = list(map(str, event.category_ids))
            _describe(document, event)
            _price(document, event.price)
        case ProductDescribed():
            _describe(document, event)
        case PriceChanged():
            _price(document, event.price)
        case ProductCategorised():
            document["category_ids"] = list(map(str, event.category_ids))
        case ProductSubmitted():
            document["status"] = Status.PENDING_APPROVAL
        case ProductApproved() | ProductReactivated():
            document["status"] = Status.ACTIVE
        case ProductDeactivated():
            document["status"] = Status.INACTIVE
        case ProductDiscontinued():
            document["status"] = Status.DISCONTINUED
        case LotReceived():
            best_before = datetime.combine(event.best_before, time(), UTC)
            lot = {"remaining": event.quantity, "best_before": best_before, "on_sale": False}
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
        terms=terms(document["sku"], event.name),
        description=event.description,
        unit=event.unit,
        country=event.country_of_origin,
        storage_zone=event.storage_zone,
        shelf_life_days=event.shelf_life_days,
    )


def _price(document: Document, price: Money) -> None:
    document.update(price=Decimal128(price.amount), currency=price.currency)
