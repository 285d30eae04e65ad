"""Products as lists and pages show them, and which of them lists show at all."""

from collections.abc import Iterable

from catalog.values import Offer
from efi.log.mongo import Document
from efi.reading.projections import Generation
from readmodels import product_catalog, product_queries
from readmodels.categories import Tree
from readmodels.pictures import pictured
from readmodels.recalls import ADVICE

TOLD = (
    "sku",
    "slug",
    *product_catalog.DESCRIBED,
    "nutrition",
    "price",
    "price_before",
    "price_changed_at",
    "listed_at",
    "discontinued",
)


def related(products: Generation, product: Document, tree: Tree) -> list[Document]:
    """Returns others of its categories, as far as these are shown."""
    return product_queries.related(products, product, [one for one in product["category_ids"] if one in tree.nodes])


def in_sight(tree: Tree) -> Document:
    """Matches the products that lists show: those with a category that is not hidden (docs/domain.md#categories)."""
    shown = {"category_ids": {"$elemMatch": {"$nin": sorted(tree.hidden)}}} if tree.hidden else {}
    return {"listed": True, **shown}


def shown(product: Document, tree: Tree, fields: Iterable[str] = ()) -> Document:
    """Returns a product as the shop sees it: its document, with its categories' names joined.

    `fields`: these alone, where any are named, and its id.
    """
    allergens = product["allergens"]
    told = {name: product[name] for name in TOLD if name in product}
    whole = {
        "id": product["_id"],
        **told,
        "offer": "regular" if product["offer"] == Offer.REGULAR else product["offer"],
        "pictures": [pictured(picture) for picture in product["pictures" if "pictures" in product else "cover"]],
        "categories": [tree.crumbs[identity] for identity in product["category_ids"] if identity in tree.crumbs],
        "stock": {
            "available": product["available"],
            "status": product["stock_status"],
            "best_before": product["best_before"],
        },
        "orderable": product["in_stock"],
        "allergens": {"stated": True, **allergens} if allergens is not None else {"stated": False},
        "reviews": product["reviews"],
        **({"recalls": [{**one, "advice": ADVICE} for one in product["recalls"]]} if "recalls" in product else {}),
        "updated_at": product["_updated_at"],
    }
    return {name: whole[name] for name in ("id", *fields) if name in whole} if fields else whole
