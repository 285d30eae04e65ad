"""Products as a query string asks for them, a page at a time: for the API, and for the pages of a shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from efi.answers import etag_of
from efi.mongo import Document
from efi.paging import behind, cursor_behind, limit_in
from efi.problems import BadInput
from efi.projections import Generation
from readmodels import product_catalog
from readmodels.categories import Tree
from readmodels.filters import NAMES, narrowed
from readmodels.product_catalog import LISTED, SORTS

PARAMETERS = (*NAMES, "limit", "cursor", "sort")
TOLD = (
    "sku",
    "slug",
    "name",
    "description",
    "unit",
    "country_of_origin",
    "storage_zone",
    "shelf_life_days",
    "price",
    "price_before",
    "price_changed_at",
    "listed_at",
    "discontinued",
)


@dataclass(frozen=True)
class Page:
    """Some rows of a list: products' documents, and whether there are more behind them."""

    rows: list[Document]
    more: bool

    @property
    def updated_at(self) -> datetime | None:
        return max((row["_updated_at"] for row in self.rows), default=None)


class Listing:
    """What is asked for; raises `BadInput` naming what is wrong. Of unknown parameters it knows nothing."""

    def __init__(self, asked: QueryDict, products: Generation, tree: Tree) -> None:
        self.asked, self.products, self.tree = asked, products, tree
        self.limit = limit_in(asked.get("limit"))
        self.sort = SORTS.get(asked.get("sort", "name"), ())
        if not self.sort:
            raise BadInput(f"sort is one of {', '.join(SORTS)}", code="sort")
        self.query = repr(sorted((name, said) for name, said in asked.lists() if name != "cursor"))
        self.narrow = narrowed(asked, tree)
        onward = behind(asked.get("cursor"), self.sort, self.query)
        self.where = {"$and": [self.narrow, onward]} if self.narrow and onward else self.narrow or onward

    def page(self, fields: Mapping[str, int] = LISTED) -> Page:
        return Page(*product_catalog.page(self.products, self.where, self.sort, self.limit, fields))

    def cursor(self, page: Page) -> str | None:
        """What leads to the page behind this one, where there is one."""
        return cursor_behind(page.rows[-1], self.sort, self.query) if page.more else None

    def etag(self, page: Page) -> str:
        """All that the answer depends on: the query, the members at their revisions, the tree, and what follows."""
        members = [(row["_id"], row["_rev"]) for row in page.rows]
        asked = [self.products.name, self.query, self.asked.get("cursor")]
        return etag_of([*asked, members, page.more, self.tree.revision])

    def shown(self, page: Page) -> list[Document]:
        return [shown(row, self.tree) for row in page.rows]


def shown(product: Document, tree: Tree) -> Document:
    """A product as the shop sees it: its document, with its categories' names joined."""
    allergens = product["allergens"]
    told = {name: product[name] for name in TOLD if name in product}
    return {
        "id": product["_id"],
        **told,
        "categories": [tree.crumbs[identity] for identity in product["category_ids"] if identity in tree.crumbs],
        "stock": {
            "available": product["available"],
            "status": product["stock_status"],
            "best_before": product["best_before"],
        },
        "orderable": product["in_stock"],
        "allergens": {"stated": True, **allergens} if allergens is not None else {"stated": False},
        "reviews": product["reviews"],
        "updated_at": product["_updated_at"],
    }
