"""Products as a query string asks for them, a page at a time: for the API, and for the pages of a shop."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property

from efi.http.answers import etag_of
from efi.http.paging import Sort, behind, cursor_behind, cursor_of, limit_in, values_of, way_of
from efi.http.problems import BadInput
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation, Index
from efi.runtime.metrics import SEARCHES
from readmodels import facets, product_queries, wording
from readmodels.categories import Tree
from readmodels.filters import NAMES, PRICES, SEVERAL, narrowed, typed_in
from readmodels.product_catalog import LISTED, SORTS
from readmodels.product_queries import hinted
from readmodels.schemas import INCLUDED, ListedProductShape
from readmodels.search import elastic, engine, matching, terms
from readmodels.search.elastic import Silent
from readmodels.search.engine import FORGIVEN, TYPED, Found
from readmodels.search.query import Search
from readmodels.showing import in_sight, shown

PARAMETERS = (*NAMES, "limit", "cursor", "sort", "fields", "facets", "include")
REPEATED = (*SEVERAL, "fields", "facets", "include")
MOST_COUNTED = 10_001
FEW = 1_000
BY_PRICE = (SORTS["price"], SORTS["-price"])
FIELDS = tuple(ListedProductShape().fields)
logger = logging.getLogger(__name__)


class SearchEnded(BadInput):
    """A search that cannot go on behind its cursor, as Elasticsearch began it and does not answer now."""


@dataclass(frozen=True)
class Page:
    """Some rows of a list: products' documents, and whether there are more behind them."""

    rows: list[Document]
    more: bool

    @property
    def updated_at(self) -> datetime | None:
        return max((row["_updated_at"] for row in self.rows), default=None)


class ProductList:
    """A list of products as its parameters ask for it; raises `BadInput` for wrong ones.

    Unknown parameters are ignored.
    """

    def __init__(self, asked: QueryDict, products: Generation, tree: Tree, *, newest: bool = False) -> None:
        """Reads all parameters. `newest`: ask the documents, which may be ahead of what Elasticsearch holds of them."""
        self.asked, self.products, self.tree, self.newest = asked, products, tree, newest
        self.limit = limit_in(asked.get("limit"))
        self.sort = _sort_in(asked)
        self.fields = several_in(asked, "fields", FIELDS)
        self.faceted = several_in(asked, "facets", facets.NAMES)
        included = several_in(asked, "include", INCLUDED)
        self.counts, self.marks = "total" in included, "highlights" in included
        self.query = repr(sorted((name, said) for name, said in asked.lists() if name != "cursor"))
        self.words = wording.asked(typed_in(asked))
        self.conditions = narrowed(asked, tree)
        if self.by_price:
            self.conditions.setdefault("currency", {"price.currency": settings.EFI_CURRENCY})
        self.onward = behind(asked.get("cursor"), self.sort, self.query)

    @property
    def where(self) -> Document:
        """Returns what its rows fulfil, but for their score."""
        return self.matching() if self.scored else {**self.matching(), **self.onward}

    @property
    def scored(self) -> bool:
        return self.sort == matching.SORT

    def matching(self, *but: str, more: Mapping[str, Document] | None = None) -> Document:
        """Returns what all its products fulfil, by every parameter and `more`, or all `but` some."""
        said = {"q": matching.found_by(self.sought, self.tree)} if self.words else {}
        conditions = {**self.conditions, **said, **(more or {})}
        narrow = [condition for name, condition in conditions.items() if name not in but]
        return {**in_sight(self.tree), **({"$and": narrow} if narrow else {})}

    @cached_property
    def sought(self) -> list[wording.Word]:
        """Returns the words that MongoDB looks for."""
        return matching.corrected(self.products, self.words, self.tree, in_sight(self.tree))

    def page(self, fields: Mapping[str, int] = LISTED) -> Page:
        if self.indexed:
            rows = product_queries.these(self.products, in_sight(self.tree), self.indexed.ids, fields)
            return Page(rows, self.indexed.more)
        if self.scored:
            best = product_queries.best(self.products, self.found, self.sort, self.limit, fields, self.index())
            return Page(*best)
        return Page(*product_queries.page(self.products, self.where, self.sort, self.limit, fields, self.index_read()))

    def index(self, *but: str) -> Index | None:
        """Returns the index by which its products are found, in whatever order."""
        if self.words:
            return matching.index(self.sought, self.tree)
        return self._index(SORTS["price" if self.priced else "name"], *but)

    def index_read(self) -> Index | None:
        """Returns the index of its order, or of its prices where these leave few, which are soon put in order."""
        if self.words or (self.priced and self._few()):
            return self.index()
        return self._index(self.sort)

    @property
    def by_price(self) -> bool:
        """Returns whether it goes by price, and so by prices in one currency: that of the shop unless one is named."""
        return self.priced or self.sort in BY_PRICE

    @property
    def currency(self) -> str:
        """Returns the currency that it goes by, or those that were asked for."""
        return ",".join(self.asked.getlist("currency")) or settings.EFI_CURRENCY

    @property
    def priced(self) -> bool:
        return not PRICES.isdisjoint(self.conditions)

    def _index(self, order: Sort, *but: str) -> Index:
        narrow = [condition for name, condition in self.conditions.items() if name not in but]
        return [("facets" if any("facets" in condition for condition in narrow) else "listed", 1), *order]

    def _few(self) -> bool:
        """Returns whether its prices leave few products, which their index alone tells."""
        if self.sort in BY_PRICE:
            return False
        bounds = [self.conditions[name] for name in PRICES & self.conditions.keys()]
        among = {"listed": True, "$and": bounds}
        index = product_queries.hinted([("listed", 1), *SORTS["price"]])
        return self.products.lists.count_documents(among, limit=FEW + 1, **index) <= FEW

    @property
    def found(self) -> list[Document]:
        """Returns the pipeline that finds the products with their scores, as MongoDB reckons them."""
        scored = {"$set": {"score": matching.score(self.sought, self.tree)}}
        return [{"$match": self.where}, scored, *([{"$match": self.onward}] if self.onward else [])]

    @cached_property
    def indexed(self) -> Found | None:
        """Returns what Elasticsearch has found, where it was to be asked and did answer.

        The engine that began a search goes on with it: raises `SearchEnded` where that was Elasticsearch and it does
        not answer now.
        """
        if not self.words:
            return None
        way = way_of(self.asked.get("cursor"), self.sort, self.query)
        wanted = bool(way) if "cursor" in self.asked else not self.newest
        found = self._looked_up(self._search(way)) if wanted and elastic.is_used() else None
        if way and not found:
            raise SearchEnded("what began this search does not answer now: begin the search anew", code="cursor")
        own = found.way if found else TYPED if self.sought == self.words else FORGIVEN
        SEARCHES.labels("elasticsearch" if found else "mongodb", own).inc()
        return found

    def looked_again(self, page: Page) -> bool:
        """Returns whether words that find nothing as typed were looked up once more, which costs as much again."""
        if not self.words:
            return False
        forgiven = self.indexed.way == FORGIVEN if self.indexed else self.sought != self.words
        return forgiven or not page.rows

    @property
    def engine(self) -> str:
        return "elasticsearch" if self.indexed else "mongodb"

    def fresh(self, documents: Freshness) -> Freshness:
        """Returns how fresh the answer is: no more than what found it."""
        return documents.and_of(self.indexed.fresh) if self.indexed else documents

    def _search(self, way: str, names: Sequence[str] | None = None) -> Search:
        names = self.faceted if names is None else names
        return Search(
            words=self.words,
            tree=self.tree,
            conditions=self.conditions,
            sort=self.sort,
            limit=self.limit,
            after=values_of(self.asked.get("cursor"), self.sort, self.query),
            counted={own: [name for name in names if self._own(name) == own] for own in map(self._own, names)},
            most_counted=MOST_COUNTED if self.counts else 0,
            highlights=self.marks,
            forgiving=way == FORGIVEN,
        )

    def _looked_up(self, matching: Search) -> Found | None:
        try:
            return engine.look(self.products, matching)
        except Silent as reason:
            SEARCHES.labels("elasticsearch", "silent").inc()
            logger.debug("MongoDB answers a search: %s", reason)
            return None

    def cursor(self, page: Page) -> str | None:
        """Returns what leads to the page behind this one, where there is one."""
        if self.indexed:
            last, way = self.indexed.last, self.indexed.way
            return cursor_of(last, self.sort, self.query, way) if page.more else None
        return cursor_behind(page.rows[-1], self.sort, self.query) if page.more else None

    def total(self) -> int:
        """Counts the products on all pages; stops at 10,001."""
        if self.indexed:
            return self.indexed.total
        return self.products.lists.count_documents(self.matching(), limit=MOST_COUNTED, **hinted(self.index()))

    def facets(self, names: Sequence[str], fresh: Freshness) -> dict[str, list[Document]]:
        """Returns the values of each facet with their counts, under all parameters but the facet's own."""
        counts = self._counted_in_index(names) or self._counted({self._own(name) for name in names}, fresh)
        return {name: self._values(name, counts[self._own(name)]) for name in names}

    def _counted(self, owns: Iterable[str], fresh: Freshness) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = {}
        for own in owns:
            match, index = self.matching(own, more=facets.on_sale(self.conditions)), self.index(own)
            counts[own] = facets.counted(self.products, match, index, fresh, keep=not self.words)
        return counts

    def _counted_in_index(self, names: Sequence[str]) -> dict[str, Counter[str]]:
        """Returns the counts that came with the page; otherwise asks for them in the way that the page was found."""
        if not self.indexed or set(names) <= set(self.faceted):
            return self.indexed.counts if self.indexed else {}
        alone = self._looked_up(replace(self._search(self.indexed.way, names), limit=0, after=()))
        return alone.counts if alone else {}

    def etag(self, page: Page, beside: Document | None = None) -> str:
        """Returns a tag of all that the answer depends on: query, rows' revisions, tree, what stands beside."""
        members = [(row["_id"], row["_rev"]) for row in page.rows]
        asked = [self.products.name, self.query, self.asked.get("cursor")]
        return etag_of([*asked, members, page.more, self.tree.revision, self.engine, beside or {}])

    def note(self, page: Page) -> None:
        """Counts what was searched for, for staff: once, on the first page of what was found."""
        if self.words and "cursor" not in self.asked:
            terms.note(typed_in(self.asked), found=bool(page.rows))

    def shown(self, page: Page) -> list[Document]:
        return [shown(row, self.tree, self.fields) for row in page.rows]

    def _own(self, name: str) -> str:
        """Returns the condition that a facet is not counted under; most have none."""
        return name if name in self.conditions or name == facets.ENDED else ""

    def _values(self, name: str, counts: Mapping[str, int]) -> list[Document]:
        if name == "category":
            return list(self.tree.branches(self.tree.totals(facets.under(facets.SHELVES, counts))))
        return facets.values(name, counts)


def several_in(asked: QueryDict, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Returns what a parameter names, with commas between; raises `BadInput` for what is not among those known."""
    if name not in asked:
        return ()
    named = tuple(filter(None, (one.strip() for said in asked.getlist(name) for one in said.split(","))))
    if unknown := [one for one in named if one not in known]:
        raise BadInput(f"{name} are of {', '.join(known)}: not {', '.join(unknown)[:200]}", code=name)
    return named


def _sort_in(asked: QueryDict) -> Sort:
    known = {**({"relevance": matching.SORT} if "q" in asked else {}), **SORTS}
    named = asked.get("sort", next(iter(known)))
    if named not in known:
        told = ", ".join(SORTS)
        raise BadInput(f"sort is one of {told}, and relevance with q", code="sort")
    return known[named]
