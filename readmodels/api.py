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
    meta_of,
    not_modified,
    read_model,
    tagged,
    wants_newest,
)
from efi.freshness import Freshness
from efi.mongo import Document
from efi.paging import next_page
from efi.problems import only
from efi.projections import Generation
from readmodels import categories, price_history, product_catalog, schemas
from readmodels.categories import Tree
from readmodels.listing import PARAMETERS, Listing, Page, shown
from readmodels.product_catalog import REVISION

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
        only(request, *PARAMETERS)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        asked = Listing(request.GET, products, categories.tree_of(tree_in, fresh))
        if "If-None-Match" in request.headers:
            unchanged = not_modified(request, asked.etag(asked.page(REVISION)), fresh)
            if unchanged:
                return unchanged
        page = asked.page()
        return tagged(_answer_page(request, asked, page, fresh), asked.etag(page), fresh)

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


def _one(request: HttpRequest, products: Generation, key: str) -> Document:
    if wants_newest(request):
        catch_up_whole(products, product_catalog.identity(products, key))
    return product_catalog.one(products, key)


def _answer_one(generation: Generation, document: Document, data: object, fresh: Freshness) -> HttpResponse:
    meta = meta_of(generation, fresh, version=document["_rev"], updated_at=document["_updated_at"])
    return answer(data, meta=meta)


def _answer_page(request: HttpRequest, asked: Listing, page: Page, fresh: Freshness) -> HttpResponse:
    cursor = asked.cursor(page)
    links = {"next": next_page(request, cursor)} if cursor else {}
    return answer(asked.shown(page), meta=meta_of(asked.products, fresh, updated_at=page.updated_at), links=links)
