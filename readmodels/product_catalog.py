"""The shop window: one document per product, with its price, its stock and what its label says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo.cursor import Cursor

from catalog.events import (
    LabelApproved,
    LotAdjusted,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotReleased,
    LotWrittenOff,
    PictureAttached,
    PictureRemoved,
    PicturesArranged,
    PriceChanged,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDeactivated,
    ProductDeclined,
    ProductDescribed,
    ProductDiscontinued,
    ProductOffered,
    ProductReactivated,
    ProductRecalled,
    ProductSubmitted,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import SELLABLE, VISIBLE, Offer, Status
from efi.domain.errors import NotFound
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.texts import in_order
from efi.http.paging import Sort
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Generation, Index, projects
from readmodels import facets
from readmodels.wording import folded, words

NAME = "product_catalog"
SORTS: dict[str, Sort] = {
    "name": (("name_order", 1), ("_id", 1)),
    "price": (("price.currency", 1), ("price_minor", 1), ("_id", 1)),
    "-price": (("price.currency", 1), ("price_minor", -1), ("_id", -1)),
    "newest": (("listed_at", -1), ("_id", -1)),
    "best_before": (("best_before_order", 1), ("name_order", 1), ("_id", 1)),
}
BY_WORDS: Index = [("words", 1)]
BY_NAME_WORDS: Index = [("name_words", 1)]
INDEXES: tuple[Index, ...] = (
    [("keys", 1)],
    [("category_ids", 1)],
    BY_WORDS,
    BY_NAME_WORDS,
    *([(lead, 1), *sort] for lead in ("listed", "facets") for sort in SORTS.values()),
)
BY_BEST_BEFORE: Index = [("facets", 1), *SORTS["best_before"]]
MOST_RELATED, LOOKED_AT = 12, 200
"""Of a category with more products, those are looked at that are best before the soonest: they can be had."""
BECOMES: dict[type[Event], Status] = {
    ProductSubmitted: Status.PENDING_APPROVAL,
    ProductDeclined: Status.DRAFT,
    ProductDeactivated: Status.INACTIVE,
    ProductDiscontinued: Status.DISCONTINUED,
    ProductRecalled: Status.RECALLED,
}
LABEL = ("allergens", "nutrition")
DESCRIBED = (
    "name",
    "short_description",
    "description",
    "brand",
    "unit",
    "weight_grams",
    "country_of_origin",
    "region_of_origin",
    "ingredients",
    "storage_zone",
    "temperature",
    "shelf_life_days",
    "certifications",
    "tags",
    "premium",
    "authentication",
    "age_restricted",
)
NEVER = "9999-12-31"
"""After every day that goods are best before."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def empty() -> Document:
    nothing: Document = {"category_ids": [], "pictures": [], "cover": [], "lots": {}, "reserved": {}, "reviews": {}}
    return {"status": Status.DRAFT, "offer": Offer.REGULAR, **nothing}


def derive(document: Document) -> None:
    """Of the product's status and its stock together: what one sees and whether it can be had."""
    lots = [lot for lot in document["lots"].values() if lot["on_sale"] and lot["remaining"]]
    available = max(0, sum(lot["remaining"] for lot in lots) - sum(document["reserved"].values()))
    discontinued = document["status"] == Status.DISCONTINUED
    if discontinued or document["status"] == Status.RECALLED:
        available = 0
    document["available"] = available
    document["best_before"] = min((lot["best_before"] for lot in lots), default=None)
    document["in_stock"] = bool(available)
    document["stock_status"] = "discontinued" if discontinued else "in_stock" if available else "out_of_stock"
    document["discontinued"] = discontinued
    document["visible"] = document["status"] in VISIBLE
    document["listed"] = document["visible"] and bool(document["category_ids"])
    document["facets"] = facets.of(document) if document["listed"] else []
    document["best_before_order"] = document["best_before"] or NEVER


@projects(
    NAME,
    streams=("product", "stock"),
    version=6,
    urgent=True,
    empty=empty,
    derive=derive,
    indexes=INDEXES,
)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            document.update(sku=event.sku, keys=[event.sku, event.slug], slug=event.slug, price_before=None)
            document.update(price=dump(event.price), price_minor=event.price.minor, price_changed_at=None)
            _categorise(document, event)
            _describe(document, event)
        case ProductDescribed():
            _describe(document, event)
        case LabelApproved():
            _label(document, event.label)
        case PictureAttached():
            _show(document, [*document["pictures"], dump(event.picture)])
        case PictureRemoved():
            _show(document, [one for one in document["pictures"] if one["name"] != event.name])
        case PicturesArranged():
            kept = {one["name"]: one for one in document["pictures"]}
            _show(document, [kept[name] for name in event.names])
        case PriceChanged():
            document.update(price=dump(event.price), price_minor=event.price.minor)
            if "listed_at" in document:
                document.update(price_before=dump(event.old_price), price_changed_at=commit.occurred_at)
        case ProductCategorised():
            _categorise(document, event)
        case ProductSubmitted() | ProductDeclined() | ProductDeactivated() | ProductDiscontinued() | ProductRecalled():
            document["status"] = BECOMES[type(event)]
        case ProductApproved():
            document.update(status=document["offer"], listed_at=commit.occurred_at)
        case ProductReactivated():
            document["status"] = document["offer"]
        case ProductOffered():
            document["offer"] = event.offer
            if document["status"] in SELLABLE:
                document["status"] = event.offer
        case _:
            _stock(document["lots"], document["reserved"], event)


def _stock(lots: Document, reserved: Document, event: Event) -> None:
    """A lot is forgotten once it is disposed of, though it may be recalled, and disposed of, after that."""
    match event:
        case LotReceived():
            lot = {"remaining": event.quantity, "best_before": event.best_before.isoformat(), "on_sale": False}
            lots[str(event.lot_id)] = lot
        case LotReleased():
            lots[str(event.lot_id)]["on_sale"] = True
        case LotHeld() | LotExpired():
            lots[str(event.lot_id)]["on_sale"] = False
        case LotRecalled() if str(event.lot_id) in lots:
            lots[str(event.lot_id)]["on_sale"] = False
        case LotDisposed():
            lots.pop(str(event.lot_id), None)
        case LotAdjusted() | LotWrittenOff():
            lots[str(event.lot_id)]["remaining"] = event.remaining
        case StockReserved():
            reserved[str(event.reservation_id)] = event.quantity
        case ReservationReleased() | ReservationLapsed():
            del reserved[str(event.reservation_id)]
        case StockAllocated():
            reserved.pop(str(event.reservation_id), None)
            for part in event.parts:
                lots[str(part.lot_id)]["remaining"] -= part.quantity


def _categorise(document: Document, event: ProductCreated | ProductCategorised) -> None:
    document["category_ids"] = list(map(str, event.category_ids))
    document["shelves"] = facets.shelves(document["category_ids"])


def _show(document: Document, pictures: list[Document]) -> None:
    document.update(pictures=pictures, cover=pictures[:1])


def _describe(document: Document, event: ProductCreated | ProductDescribed) -> None:
    said = dump(event)
    document.update({name: said[name] for name in DESCRIBED}, name_order=in_order(event.name))
    document.update({name: said[name] for name in LABEL})
    named = (event.name, document["sku"], event.brand)
    labelled = (document["sku"], event.brand, *event.tags, event.region_of_origin)
    document["name_words"] = words(*named)
    document["words"] = words(*named, *labelled, event.short_description, event.description, event.ingredients)
    found_in = {"name": event.name, "labels": " ".join(labelled), "ingredients": event.ingredients}
    document["found_in"] = {name: folded(text) for name, text in found_in.items()}


def _label(document: Document, label: object) -> None:
    said = dump(label)
    document.update({name: said[name] for name in LABEL})


FOR_FINDING = ("keys", "words", "name_words", "found_in", "facets", "shelves", "listed", "visible")
INTERNAL = dict.fromkeys(("_seen", "_failed", "lots", "reserved", *FOR_FINDING), 0)
ON_ITS_PAGE = (
    "description",
    "ingredients",
    "nutrition",
    "temperature",
    "weight_grams",
    "authentication",
    "pictures",
)
"""What lists leave out."""
LISTED = {**INTERNAL, **dict.fromkeys(ON_ITS_PAGE, 0)}
REVISION = {"_rev": 1}


def page(
    generation: Generation, where: Document, sort: Sort, limit: int, shown: Mapping[str, int], index: Index | None
) -> tuple[list[Document], bool]:
    """Products in order, and whether there are more."""
    found = generation.lists.find(where, shown, sort=list(sort), limit=limit + 1, hint=index)
    rows = found.to_list()
    return rows[:limit], len(rows) > limit


def best(
    generation: Generation,
    found: list[Document],
    sort: Sort,
    limit: int,
    shown: Mapping[str, int],
    index: Index | None,
) -> tuple[list[Document], bool]:
    """The same, where the order is by what a pipeline makes of each product."""
    rows = list(generation.lists.aggregate([*found, *cut(sort, limit, shown)], **hinted(index)))
    return rows[:limit], len(rows) > limit


def these(generation: Generation, in_sight: Document, ids: Sequence[str], shown: Mapping[str, int]) -> list[Document]:
    """In the order of their ids; without those that lists do not show, or no longer."""
    found = generation.lists.find({"_id": {"$in": list(ids)}, **in_sight}, shown)
    by_id = {product["_id"]: product for product in found}
    return [by_id[identity] for identity in ids if identity in by_id]


def cut(sort: Sort, limit: int, shown: Mapping[str, int]) -> list[Document]:
    """The steps from what is found to a page, and one row more."""
    return [{"$sort": dict(sort)}, {"$limit": limit + 1}, {"$project": shown}]


def hinted(index: Index | None) -> dict[str, Any]:
    """As aggregations and counts take it."""
    return {"hint": dict(index)} if index else {}


def related(generation: Generation, product: Document, category_ids: Iterable[str]) -> list[Document]:
    """Others that are sold in these categories: first of the same origin, and then what can be had."""
    shelves = [f"category={identity}" for identity in category_ids]
    others = {"facets": {"$in": shelves}, "_id": {"$ne": product["_id"]}, "discontinued": False}
    soonest: list[Document] = [{"$match": others}, {"$sort": dict(SORTS["best_before"])}, {"$limit": LOOKED_AT}]
    near = {"$eq": ["$country_of_origin", product["country_of_origin"]]}
    order = (("near", -1), ("in_stock", -1), ("name_order", 1), ("_id", 1))
    return best(generation, [*soonest, {"$set": {"near": near}}], order, MOST_RELATED, LISTED, BY_BEST_BEFORE)[0]


def parts(generation: Generation, identities: list[str]) -> dict[str, Document]:
    """Those of these products that can be seen, by id."""
    found = generation.documents.find({"_id": {"$in": identities}, "visible": True}, LISTED)
    return {product["_id"]: product for product in found}


def addresses(generation: Generation, in_sight: Document) -> Cursor[Document]:
    """The slug of each product that lists show, and when it last changed."""
    return generation.documents.find(in_sight, {"slug": 1, "_updated_at": 1}, sort=list(SORTS["name"]))


def count(generation: Generation, in_sight: Document) -> int:
    return generation.documents.count_documents(in_sight)


def one(generation: Generation, key: str) -> Document:
    """By id, slug or SKU; raises `NotFound` for what is not, or not yet, on sale."""
    found = generation.documents.find_one({**_by(key), "visible": True}, INTERNAL)
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
