"""Lists of products: what was asked, what was found, and where one can go from there."""

from datetime import UTC, date, datetime

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from efi.mongo import Document
from efi.projections import Generation
from readmodels.categories import Tree
from readmodels.listing import PARAMETERS, Listing
from readmodels.product_catalog import SORTS
from readmodels.shop import choices, drawings, words
from readmodels.shop.cards import printed
from readmodels.shop.pages import address

API = "/api/v1/products"
NEWEST = 8
ASKED = tuple(name for name in PARAMETERS if name not in {"limit", "fields", "facets", "include"})
NARROWING = tuple(name for name in ASKED if name not in {"cursor", "sort"})


class Shelf:
    """One page of a list: as the reader narrows it, within what the page is about."""

    def __init__(self, path: str, said: QueryDict, products: Generation, tree: Tree, **about: str) -> None:
        self.path, self.about, self.products, self.tree = path, about, products, tree
        self.said = without(said, *about)
        self.asked = with_all(self.said, about)
        self.listing = Listing(self.asked, products, tree)
        self.page = self.listing.page()
        self.today = today()
        self.tag = [self.listing.etag(self.page), self.today]

    def told(self) -> Document:
        crumbs, cursor = self._crumbs(), self.listing.cursor(self.page)
        return {
            "cards": printed(self.page.rows, self.products, self.tree, self.today),
            "crumbs": crumbs,
            "heading": crumbs[-1]["name"],
            "canonical": self.path,
            "narrowed": bool(self.said),
            "chips": [
                {"label": choices.said(name, value, self.tree), "address": self._without(name, value)}
                for name in NARROWING
                for value in self.said.getlist(name)
            ],
            "asked": self.said,
            "sorts": [(name, words.SORTS.get(name, name)) for name in SORTS],
            "sort": self.said.get("sort", "name"),
            "first": address(self.path, without(self.said, "cursor")) if "cursor" in self.said else "",
            "next": address(self.path, with_all(self.said, {"cursor": cursor})) if cursor else "",
            "live": address(API, self.asked),
            "known": self.listing.etag(self.page),
        }

    def _crumbs(self) -> list[Document]:
        if "category" not in self.about:
            return [{"name": "All products", "address": self.path}]
        path = self.tree.crumbs[self.tree.identity_of(self.about["category"])]["path"]
        return [{"name": step["name"], "address": reverse("shop:category", args=[step["slug"]])} for step in path]

    def _without(self, name: str, value: str) -> str:
        left = without(self.said, name, "cursor")
        left.setlist(name, [one for one in self.said.getlist(name) if one != value])
        return address(self.path, left)


def newest(products: Generation, tree: Tree) -> Shelf:
    """What came last."""
    return Shelf("/", QueryDict(), products, tree, sort="newest", limit=str(NEWEST))


def front(shelf: Shelf, counts: dict[str, int]) -> Document:
    departments = [
        {**one, "drawing": drawings.drawing([one["slug"]], "", one["slug"]), "tint": drawings.tint(one["slug"])}
        for one in shelf.tree.shown(shelf.tree.totals(counts))
    ]
    return {**shelf.told(), "shelves": departments, "products": sum(counts.values())}


def said_in(request: HttpRequest) -> QueryDict:
    """What a form leaves empty was not asked, and what nobody knows is passed over."""
    said = QueryDict(mutable=True)
    for name in ASKED:
        said.setlist(name, list(filter(None, map(str.strip, request.GET.getlist(name)))))
    return without(said)


def without(said: QueryDict, *names: str) -> QueryDict:
    left = QueryDict(mutable=True)
    for name, values in said.lists():
        if values and name not in names:
            left.setlist(name, values)
    return left


def with_all(said: QueryDict, more: dict[str, str]) -> QueryDict:
    all_said = said.copy()
    for name, value in more.items():
        all_said[name] = value
    return all_said


def today() -> date:
    return datetime.now(UTC).astimezone(words.BARBADOS).date()
