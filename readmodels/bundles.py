"""Bundles: products sold together for one price, each with its parts as they are now."""

from collections.abc import Iterable, Mapping

from catalog.events import BundleCreated, BundleDescribed, BundleOffered, BundleRepriced, BundleWithdrawn
from efi.domain.errors import NotFound
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.texts import in_order
from efi.http.paging import Sort
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Generation, Index, projects

NAME = "bundles"
MOST_HOLDING = 4
SORT: Sort = (("name_order", 1), ("_id", 1))


INDEXES: tuple[Index, ...] = ([("slug", 1)], [("offered", 1), *SORT], [("product_ids", 1), ("offered", 1), *SORT])


def empty() -> Document:
    return {"offered": False}


@projects(NAME, streams=("bundle",), version=3, empty=empty, indexes=INDEXES)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case BundleCreated():
            document.update(slug=event.slug, offered=True, product_ids=list(map(str, event.product_ids)))
            document.update(price=dump(event.price), price_minor=event.price.minor)
            _describe(document, event)
        case BundleDescribed():
            _describe(document, event)
        case BundleRepriced():
            document.update(price=dump(event.price), price_minor=event.price.minor)
        case BundleWithdrawn():
            document["offered"] = False
        case BundleOffered():
            document["offered"] = True


def _describe(document: Document, event: BundleCreated | BundleDescribed) -> None:
    document.update(name=event.name, name_order=in_order(event.name), description=event.description)


def page(generation: Generation, onward: Document, limit: int) -> tuple[list[Document], bool]:
    """Returns bundles that are offered, by name, and whether there are more."""
    rows = generation.lists.find({"offered": True, **onward}, sort=list(SORT), limit=limit + 1).to_list()
    return rows[:limit], len(rows) > limit


def holding(generation: Generation, product_id: str) -> list[Document]:
    """Returns some of those on offer that this product is a part of, by name."""
    found = {"product_ids": product_id, "offered": True}
    return generation.documents.find(found, sort=list(SORT), limit=MOST_HOLDING).to_list()


def one(generation: Generation, key: str) -> Document:
    """Returns a bundle by id or slug; raises `NotFound` for one that is not, or no longer, offered."""
    found = generation.documents.find_one({"_id": key}) or generation.documents.find_one({"slug": key})
    if found is None or not found["offered"]:
        raise NotFound(f"there is no bundle {key[:200]}")
    return found


def put_together(bundle: Document, parts: Mapping[str, Document]) -> Document | None:
    """Returns a bundle with its parts, at its price or what they cost, whichever is less, as often as the scarcest.

    None where a part is out of sight.
    """
    found = [parts[identity] for identity in bundle["product_ids"] if identity in parts]
    if len(found) < len(bundle["product_ids"]):
        return None
    available = min(part["available"] for part in found)
    told = {name: bundle[name] for name in ("slug", "name", "description")}
    stock = {"available": available, "orderable": available > 0}
    return {"id": bundle["_id"], **told, "price": _price(bundle, found), **stock, "parts": list(map(_part, found))}


def product_ids(rows: Iterable[Document]) -> list[str]:
    return sorted({identity for bundle in rows for identity in bundle["product_ids"]})


def _price(bundle: Document, parts: list[Document]) -> Document:
    """Returns the lesser of its price and what its parts cost, where all are in one currency."""
    alike = all(part["price"]["currency"] == bundle["price"]["currency"] for part in parts)
    least = min(bundle["price_minor"], sum(part["price_minor"] for part in parts)) if alike else bundle["price_minor"]
    return {**bundle["price"], "amount": f"{least // 100}.{least % 100:02}"}


def _part(product: Document) -> Document:
    told = {name: product[name] for name in ("sku", "slug", "name", "unit", "price", "available")}
    return {"id": product["_id"], **told}
