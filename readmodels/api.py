"""What the shop's front end reads: products, their prices over time, and the tree of categories."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from efi import generations
from efi.answers import (
    answer,
    catch_up_whole,
    conditional,
    etag_of,
    meta_of,
    not_modified,
    read_model,
    tagged,
    wants_newest,
)
from efi.freshness import Freshness
from efi.mongo import Document
from efi.paging import behind, cursor_behind, limit_in, next_page
from efi.problems import BadInput, only
from efi.projections import Generation
from readmodels import categories, price_history, product_catalog, schemas
from readmodels.categories import Tree
from readmodels.filters import NAMES, narrowed
from readmodels.product_catalog import LISTED, REVISION, SORTS

PAGING = {"limit", "cursor", "sort"}
TAKES_JSON = {"*/*", "application/json"}


class JsonAlone(DefaultContentNegotiation):
    """There is one renderer, and most callers take it, or anything; only what others accept needs to be parsed."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        if request.META.get("HTTP_ACCEPT", "*/*") in TAKES_JSON and "format" not in request.GET:
            return renderers[0], renderers[0].media_type
        chosen: tuple[Any, str] = super().select_renderer(Request(request), renderers, format_suffix)
        return chosen


class PublicViewSet(ViewSet):
    """Anybody may read; nobody is asked who they are."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = JsonAlone

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Django's own will do: no body is to be parsed, and nobody to be known."""
        return request

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Of all that REST framework settles first, what is left: whether the answer will be understood."""
        self.format_kwarg = None
        self.perform_content_negotiation(request)


class ProductViewSet(PublicViewSet):
    """The products on sale, and those that were."""

    @extend_schema(parameters=schemas.PRODUCT_LIST, responses=schemas.PRODUCTS)
    def list(self, request: HttpRequest) -> HttpResponse:
        """Visible products, a page at a time."""
        only(request, *NAMES, *PAGING)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree = categories.tree_of(tree_in, fresh)
        listing = Listing(request, products, tree)
        if "If-None-Match" in request.headers:
            unchanged = not_modified(request, listing.etag(*listing.rows(REVISION)), fresh)
            if unchanged:
                return unchanged
        rows, more = listing.rows(LISTED)
        return tagged(listing.shown(rows, fresh, more=more), listing.etag(rows, more), fresh)

    @extend_schema(parameters=schemas.READ, responses=schemas.PRODUCT)
    def retrieve(self, request: HttpRequest, key: str) -> HttpResponse:
        """One product by its id, slug or SKU."""
        only(request)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree, product = categories.tree_of(tree_in, fresh), _one(request, products, key)
        tag = [products.name, product["_id"], product["_rev"], tree_in.name, tree.revision]
        return conditional(request, tag, fresh, lambda: _answer_one(products, product, shown(product, tree), fresh))

    @extend_schema(parameters=schemas.READ, responses=schemas.PRICES)
    def history(self, request: HttpRequest, key: str) -> HttpResponse:
        """What a product has cost, oldest first."""
        only(request)
        (products, prices), fresh = read_model(request, product_catalog.NAME, price_history.NAME)
        product = _one(request, products, key)
        history = price_history.of(prices, product["_id"])
        if not history["_rev"] or wants_newest(request):
            catch_up_whole(prices, product["_id"])
            history = price_history.of(prices, product["_id"])
        tag = [prices.name, history["_id"], history["_rev"]]
        return conditional(request, tag, fresh, lambda: _answer_one(prices, history, history["prices"], fresh))


class CategoryViewSet(PublicViewSet):
    """The categories that products are found under."""

    @extend_schema(parameters=schemas.READ, responses=schemas.CATEGORIES)
    def list(self, request: HttpRequest) -> HttpResponse:
        """The whole tree, each branch with how many visible products it has."""
        return self._answer(request, lambda tree, totals: tree.shown(totals))

    @extend_schema(parameters=schemas.READ, responses=schemas.CATEGORY)
    def retrieve(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One category with its branch."""
        return self._answer(request, lambda tree, totals: tree.one(tree.identity_of(slug), totals))

    def _answer(self, request: HttpRequest, show: Callable[[Tree, Mapping[str, int]], object]) -> HttpResponse:
        only(request)
        if wants_newest(request):
            catch_up_whole(generations.live(categories.TREE), categories.TREE)
        (tree_in, counts_in), fresh = read_model(request, categories.TREE, categories.COUNTS)
        tree, (sets, counted_at) = categories.tree_of(tree_in, fresh), categories.counted(counts_in)
        updated_at = max(filter(None, (tree.updated_at, counted_at)), default=None)
        meta = meta_of(tree_in, fresh, version=tree.revision, updated_at=updated_at)
        tag = [request.path, tree_in.name, counts_in.name, tree.revision, sorted(sets.items())]
        return conditional(request, tag, fresh, lambda: answer(show(tree, tree.totals(sets)), meta=meta))


class Listing:
    """One page of products, as a request asks for it."""

    def __init__(self, request: HttpRequest, products: Generation, tree: Tree) -> None:
        self.request, self.products, self.tree = request, products, tree
        self.limit = limit_in(request.GET.get("limit"))
        self.sort = SORTS.get(request.GET.get("sort", "name"), ())
        if not self.sort:
            raise BadInput(f"sort is one of {', '.join(SORTS)}", code="sort")
        self.query = repr(sorted((name, said) for name, said in request.GET.lists() if name != "cursor"))
        narrow, onward = narrowed(request.GET, tree), behind(request.GET.get("cursor"), self.sort, self.query)
        self.where = {"$and": [narrow, onward]} if narrow and onward else narrow or onward

    def rows(self, fields: Mapping[str, int]) -> tuple[list[Document], bool]:
        return product_catalog.page(self.products, self.where, self.sort, self.limit, fields)

    def etag(self, rows: list[Document], more: bool) -> str:
        """All that the answer depends on: the query, the members at their revisions, the tree, and what follows."""
        members = [(row["_id"], row["_rev"]) for row in rows]
        cursor = self.request.GET.get("cursor")
        return etag_of([self.products.name, self.query, cursor, members, more, self.tree.revision])

    def shown(self, rows: list[Document], fresh: Freshness, *, more: bool) -> HttpResponse:
        links = {"next": next_page(self.request, cursor_behind(rows[-1], self.sort, self.query))} if more else {}
        updated_at = max((row["_updated_at"] for row in rows), default=None)
        meta = meta_of(self.products, fresh, updated_at=updated_at)
        return answer([shown(row, self.tree) for row in rows], meta=meta, links=links)


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


def _one(request: HttpRequest, products: Generation, key: str) -> Document:
    if wants_newest(request):
        catch_up_whole(products, product_catalog.identity(products, key))
    return product_catalog.one(products, key)


def _answer_one(generation: Generation, document: Document, data: object, fresh: Freshness) -> HttpResponse:
    meta = meta_of(generation, fresh, version=document["_rev"], updated_at=document["_updated_at"])
    return answer(data, meta=meta)
