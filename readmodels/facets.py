"""Facets: the values by which products are filtered and counted.

A product has a few, such as `country=GR`, all in one field: so one index for each order serves every filter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.values import Allergen
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation, Index
from efi.runtime.process_cache import ProcessCache

STATED, SHELVES, ENDED = "allergens=stated", "shelves", "discontinued"
NAMES = ("category", "country", "storage", "certification", "allergen_free", "tag", "in_stock", ENDED)
MOST_VALUES = 100
kept = ProcessCache[str, Counter[str]]()


def of(product: Document) -> list[str]:
    """Returns a product's facets. Allergens that may be in it count as in it, and so do those that are not stated."""
    allergens = product["allergens"]
    some = ("contains", "may_contain", "unstated") if allergens else ()
    named = sorted({one for how in some for one in allergens[how]})
    return [
        *(f"category={identity}" for identity in product["category_ids"]),
        f"country={product['country_of_origin']}",
        f"storage={product['storage_zone']}",
        f"currency={product['price']['currency']}",
        f"in_stock={str(product['in_stock']).lower()}",
        f"{ENDED}={str(product['discontinued']).lower()}",
        *(f"certification={name}" for name in product["certifications"]),
        *(f"tag={tag}" for tag in product["tags"]),
        *([STATED] if allergens else []),
        *(f"allergen={name}" for name in named),
    ]


def shelves(category_ids: Iterable[str]) -> str:
    """Returns the set of a product's categories as one facet, so that a product counts once in a branch."""
    return f"{SHELVES}={'|'.join(sorted(category_ids))}"


def on_sale(conditions: Mapping[str, Document]) -> dict[str, Document]:
    """Returns the condition that facets are counted under besides these: what has ended counts only if asked for."""
    return {} if ENDED in conditions else {ENDED: {"discontinued": False}}


def free_of(allergens: Iterable[str]) -> Document:
    return {"facets": {"$eq": STATED, "$nin": [f"allergen={name}" for name in allergens]}}


def counted(
    products: Generation, match: Document, index: Index | None, fresh: Freshness, *, keep: bool
) -> Counter[str]:
    """Counts how many of the products that match have each facet, as when its freshness was read, or later.

    `keep`: many will ask the same, so that it is counted once after each reading.
    """
    if not keep:
        return _count(products, match, index)
    return kept.get(f"{products.name} {match}", lambda _: _count(products, match, index), since=fresh.read_at)


def counting(match: Document) -> list[Document]:
    """Returns the steps of a pipeline from products to how many have each facet."""
    every = {"facets": {"$concatArrays": ["$facets", ["$shelves"]]}, "_id": 0}
    each = {"$group": {"_id": "$facets", "products": {"$sum": 1}}}
    return [{"$match": match}, {"$project": every}, {"$unwind": "$facets"}, each]


def _count(products: Generation, match: Document, index: Index | None) -> Counter[str]:
    hint: dict[str, Any] = {"hint": dict(index)} if index else {}
    return Counter({row["_id"]: row["products"] for row in products.lists.aggregate(counting(match), **hint)})


def values(name: str, counts: Mapping[str, int]) -> list[Document]:
    """Returns the values of one facet with their counts, the most frequent first."""
    if name == "allergen_free":
        found = {str(one): counts.get(STATED, 0) - counts.get(f"allergen={one}", 0) for one in Allergen}
    else:
        found = under(name, counts)
    told = sorted(((value, many) for value, many in found.items() if many), key=lambda one: (-one[1], one[0]))
    return [{"value": value, "count": many} for value, many in told[:MOST_VALUES]]


def under(name: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {facet.removeprefix(f"{name}="): many for facet, many in counts.items() if facet.startswith(f"{name}=")}
