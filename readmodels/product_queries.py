"""What the shop asks of the product catalogue: pages of products, single ones, and others like one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo.cursor import Cursor

from efi.domain.errors import NotFound
from efi.http.paging import Sort
from efi.log.mongo import Document
from efi.reading.projections import Generation, Index
from readmodels.product_catalog import INTERNAL, LISTED, SORTS

BY_BEST_BEFORE: Index = [("facets", 1), *SORTS["best_before"]]
MOST_RELATED, LOOKED_AT = 12, 200
"""Of a category with more products, those are looked at that are best before the soonest: they can be had."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def page(
    generation: Generation, where: Document, sort: Sort, limit: int, shown: Mapping[str, int], index: Index | None
) -> tuple[list[Document], bool]:
    """Returns products in this order, and whether there are more."""
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
    """Returns the same as `page`, where the order is by what the pipeline `found` makes of each product."""
    rows = list(generation.lists.aggregate([*found, *cut(sort, limit, shown)], **hinted(index)))
    return rows[:limit], len(rows) > limit


def these(generation: Generation, in_sight: Document, ids: Sequence[str], shown: Mapping[str, int]) -> list[Document]:
    """Returns the products of these ids in their order, without those that are no longer in sight."""
    found = generation.lists.find({"_id": {"$in": list(ids)}, **in_sight}, shown)
    by_id = {product["_id"]: product for product in found}
    return [by_id[identity] for identity in ids if identity in by_id]


def cut(sort: Sort, limit: int, shown: Mapping[str, int]) -> list[Document]:
    """Returns the steps of a pipeline from what is found to a page and one row more."""
    return [{"$sort": dict(sort)}, {"$limit": limit + 1}, {"$project": shown}]


def hinted(index: Index | None) -> dict[str, Any]:
    """Returns the hint of an index as aggregations and counts take it."""
    return {"hint": dict(index)} if index else {}


def related(generation: Generation, product: Document, category_ids: Iterable[str]) -> list[Document]:
    """Returns others that are sold in these categories: first of the same origin, and of these what can be had."""
    shelves = [f"category={identity}" for identity in category_ids]
    others = {"facets": {"$in": shelves}, "_id": {"$ne": product["_id"]}, "discontinued": False}
    soonest: list[Document] = [{"$match": others}, {"$sort": dict(SORTS["best_before"])}, {"$limit": LOOKED_AT}]
    near = {"$eq": ["$country_of_origin", product["country_of_origin"]]}
    order = (("near", -1), ("in_stock", -1), ("name_order", 1), ("_id", 1))
    return best(generation, [*soonest, {"$set": {"near": near}}], order, MOST_RELATED, LISTED, BY_BEST_BEFORE)[0]


def parts(generation: Generation, identities: list[str]) -> dict[str, Document]:
    """Returns those of these products that can be seen, by id."""
    found = generation.documents.find({"_id": {"$in": identities}, "visible": True}, LISTED)
    return {product["_id"]: product for product in found}


def addresses(generation: Generation, in_sight: Document) -> Cursor[Document]:
    """Returns the slug of each product in sight, and when it last changed."""
    return generation.documents.find(in_sight, {"slug": 1, "_updated_at": 1}, sort=list(SORTS["name"]))


def count(generation: Generation, in_sight: Document) -> int:
    """Returns how many products are in sight."""
    return generation.documents.count_documents(in_sight)


def one(generation: Generation, key: str) -> Document:
    """Returns a product by id, slug or SKU; raises `NotFound` for one that cannot be seen, or not yet."""
    found = generation.documents.find_one({**_by(key), "has_page": True}, INTERNAL)
    if found is None:
        raise NotFound(f"there is no product {key[:200]}")
    return found


def identity(generation: Generation, key: str) -> str:
    """Returns the id behind an id, slug or SKU, on sale or not; raises `NotFound` where no document has it."""
    found = {"_id": key} if ID.fullmatch(key) else generation.documents.find_one(_by(key), {"_id": 1})
    if found is None:
        raise NotFound(f"there is no product {key[:200]}")
    return str(found["_id"])


def _by(key: str) -> Document:
    return {"_id": key} if ID.fullmatch(key) else {"keys": key}
