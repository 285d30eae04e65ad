"""Lists of products: what was asked, what was found, and the links to other lists."""

from datetime import UTC, date, datetime

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from efi.domain.values import business_day
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels.categories import Tree
from readmodels.filters import SEVERAL
from readmodels.pictures import pictured
from readmodels.product_catalog import SORTS
from readmodels.product_list import PARAMETERS, ProductList
from readmodels.shop import choices, counts, drawings, words
from readmodels.shop.cards import photo, printed
from readmodels.shop.pages import address

API = "/api/v1/products"
NEWEST = 8
ASKED = tuple(name for name in PARAMETERS if name not in {"limit", "fields", "facets", "include"})
NARROWING = tuple(name for name in ASKED if name not in {"cursor", "sort"})


class Shelf:
    """One page of a list, with the reader's filters and those of the page, such as its category."""

    def __init__(
        self,
        path: str,
        params: QueryDict,
        products: Generation,
        tree: Tree,
        fresh: Freshness,
        *,
        newest: bool = False,
        **about: str,
    ) -> None:
        self.path, self.about, self.products, self.tree = path, about, products, tree
        self.params = without_params(params, *about)
        self.asked = with_params(self.params, about)
        self.listing = ProductList(self.asked, products, tree, newest=newest)
        self.page = self.listing.page()
        self.counts = counts.of(self.listing, fresh)
        self.today = today()
        self.etag = self.listing.etag(self.page)
        self.tag = [self.etag, self.counts.tag, self.today]

    @property
    def total(self) -> int:
        return self.counts.total(self.params.get("in_stock"))

    def context(self) -> Document:
        crumbs, cursor = self._crumbs(), self.listing.cursor(self.page)
        sorts = [name for name in words.SORTS if name in SORTS or (name == "relevance" and "q" in self.params)]
        return {
            "cards": printed(self.page.rows, self.products, self.tree, self.today),
            "crumbs": crumbs,
            "heading": crumbs[-1]["name"],
            "department": crumbs[0].get("slug"),
            "canonical": self.path,
            **self._department(),
            "narrowed": bool(self.params),
            "found": self._found(),
            "chips": [
                {"label": label, "address": self._without(name, value)}
                for name in NARROWING
                for value in self.params.getlist(name)
                if (label := choices.filter_label(name, value, self.tree, self.listing.currency))
            ],
            "facets": choices.printed(self.counts, self.params, self.tree, self.about),
            "asked": self.params,
            "sorts": [(name, words.sort(name, self.listing.currency)) for name in sorts],
            "currency": self.listing.currency,
            "sort": self.params.get("sort", sorts[0]),
            "first": address(self.path, without_params(self.params, "cursor")) if "cursor" in self.params else "",
            "next": address(self.path, with_params(self.params, {"cursor": cursor})) if cursor else "",
            "live": address(API, self.asked),
            "known": self.etag,
        }

    def _found(self) -> str:
        """Returns how many products are on sale, and how many more are not."""
        ended = f"{self.counts.ended:,} no longer sold" if self.counts.ended else ""
        if self.params.get("discontinued") == "true":
            return ended or "None"
        sold = f"{self.total:,} product{'' if self.total == 1 else 's'}"
        return f"{sold}, and {ended}" if ended and "discontinued" not in self.params else sold

    def _crumbs(self) -> list[Document]:
        if "category" not in self.about:
            return [{"name": "All products", "address": self.path}]
        path = self.tree.crumbs[self.tree.identity_of(self.about["category"])]["path"]
        return [{**step, "address": reverse("shop:category", args=[step["slug"]])} for step in path]

    def _department(self) -> Document:
        """Returns what the page says of its category, and the categories below it."""
        slug = self.about.get("category")
        if slug is None:
            return {}
        below = [one for one in self.counts.facets["category"] if one["parent"] == slug]
        category = self.tree.nodes[self.tree.identity_of(slug)]
        picture = pictured(category["picture"])
        return {"lead": category["description"], "picture": photo(picture) if picture else None, "below": below}

    def _without(self, name: str, value: str) -> str:
        left = without_params(self.params, name, "cursor", *(["sort"] if name == "q" else []))
        left.setlist(name, [one for one in self.params.getlist(name) if one != value])
        return address(self.path, left)


def newest(products: Generation, tree: Tree, fresh: Freshness) -> Shelf:
    """Returns the products that were listed last."""
    return Shelf("/", QueryDict(), products, tree, fresh, sort="newest", limit=str(NEWEST))


def front(shelf: Shelf) -> Document:
    """Returns the context of the front page: the newest products, and the departments that have any."""
    departments = [
        {**one, "drawing": drawings.drawing_of_category(one["value"]), "tint": drawings.tint(one["value"])}
        for one in shelf.counts.facets["category"]
        if not one["parent"]
    ]
    return {**shelf.context(), "shelves": departments, "products": shelf.total}


def params_in(request: HttpRequest) -> QueryDict:
    """Returns the known parameters of a request, without those that a form left empty."""
    params = QueryDict(mutable=True)
    for name in ASKED:
        values = request.GET.getlist(name)
        apart = (one for value in values for one in value.split(",")) if name in SEVERAL else iter(values[-1:])
        params.setlist(name, list(filter(None, map(str.strip, apart))))
    return without_params(params, *([] if params.get("q") else ["sort"] if params.get("sort") == "relevance" else []))


def without_params(params: QueryDict, *names: str) -> QueryDict:
    left = QueryDict(mutable=True)
    for name, values in params.lists():
        if values and name not in names:
            left.setlist(name, values)
    return left


def with_params(params: QueryDict, more: dict[str, str]) -> QueryDict:
    joined = params.copy()
    for name, value in more.items():
        joined[name] = value
    return joined


def today() -> date:
    return business_day(datetime.now(UTC))
