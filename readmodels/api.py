"""What the shop's front end reads: products, their prices, and what a search box offers."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from efi.domain.payloads import dump
from efi.domain.values import Money
from efi.http.answers import (
    Meta,
    answer,
    catch_up_whole,
    conditional,
    has_written,
    meta_of,
    not_modified,
    read_model,
    tagged,
    wants_newest,
)
from efi.http.cache_control import public
from efi.http.hot_reads import LISTS, may_be_kept
from efi.http.paging import next_page
from efi.http.problems import BadInput, only
from efi.http.rate_limits import count_search_again
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels import categories, price_history, product_catalog, product_queries, schemas
from readmodels.filters import typed_in
from readmodels.product_catalog import REVISION
from readmodels.product_list import FIELDS, PARAMETERS, REPEATED, Page, ProductList, several_in
from readmodels.public import PublicViewSet, answer_one
from readmodels.schemas import LARGEST_QUANTITY
from readmodels.search import suggestions
from readmodels.search.suggestions import Suggestions
from readmodels.showing import in_sight, related, shown


class ProductViewSet(PublicViewSet):
    """The products on sale, and those that were."""

    @extend_schema(parameters=schemas.PRODUCT_LIST, responses=schemas.PRODUCTS)
    def list(self, request: HttpRequest) -> HttpResponse:
        """Returns visible products, a page at a time."""
        only(request, *PARAMETERS, repeated=REPEATED)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree = categories.tree_of(tree_in, fresh)
        asked = ProductList(request.GET, products, tree, newest=wants_newest(request) or has_written(request))
        beside, fresh = _beside(asked, fresh), asked.fresh(fresh)
        if "cursor" not in request.GET and not asked.words:
            may_be_kept(request, fresh, (tree_in, categories.TREE, asked.tree.revision), seconds=LISTS)
        if "If-None-Match" in request.headers:
            known = asked.page(REVISION)
            unchanged = not_modified(public, request, asked.etag(known, _marked(asked, known, beside)), fresh)
            if unchanged:
                return unchanged
        page = asked.page()
        if asked.looked_again(page):
            count_search_again(request)
        beside = _marked(asked, page, beside)
        if "If-None-Match" not in request.headers:
            asked.note(page)
        return tagged(public, _answer_page(request, asked, page, beside, fresh), asked.etag(page, beside), fresh)

    @extend_schema(parameters=[*schemas.READ, schemas.DETAILS], responses=schemas.PRODUCT)
    def retrieve(self, request: HttpRequest, key: str) -> HttpResponse:
        """Returns one product by its id, slug or SKU."""
        only(request, "fields", repeated=("fields",))
        fields = several_in(request.GET, "fields", schemas.PRODUCT_FIELDS)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree, product = categories.tree_of(tree_in, fresh), _one(request, products, key)
        tag = [products.name, product["_id"], product["_rev"], tree_in.name, tree.revision, fields]
        shown_of = (products, product["_id"], product["_rev"]), (tree_in, categories.TREE, tree.revision)
        may_be_kept(request, fresh, *shown_of)
        return conditional(
            public, request, tag, fresh, lambda: answer_one(products, product, shown(product, tree, fields), fresh)
        )

    @extend_schema(parameters=[*schemas.READ, schemas.FIELDS], responses=schemas.RELATED)
    def related(self, request: HttpRequest, key: str) -> HttpResponse:
        """Returns others of its categories: first those of the same origin, and of these what can be had."""
        only(request, "fields", repeated=("fields",))
        fields = several_in(request.GET, "fields", FIELDS)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree, product = categories.tree_of(tree_in, fresh), _one(request, products, key)
        rows = related(products, product, tree)
        tag = [products.name, [(row["_id"], row["_rev"]) for row in rows], tree_in.name, tree.revision, fields]
        meta = meta_of(products, fresh, updated_at=max((row["_updated_at"] for row in rows), default=None))
        return conditional(
            public, request, tag, fresh, lambda: answer([shown(row, tree, fields) for row in rows], meta=meta)
        )

    @extend_schema(parameters=[*schemas.READ, schemas.QUANTITY], responses=schemas.PRICE)
    def price(self, request: HttpRequest, key: str) -> HttpResponse:
        """Returns what so many units cost at the list price."""
        only(request, "quantity")
        quantity = _quantity_in(request.GET.get("quantity", "1"))
        (products,), fresh = read_model(request, product_catalog.NAME)
        product = _one(request, products, key)
        tag = [products.name, product["_id"], product["_rev"], quantity]
        return conditional(
            public, request, tag, fresh, lambda: answer_one(products, product, _priced(product, quantity), fresh)
        )

    @extend_schema(parameters=schemas.READ, responses=schemas.PRICES)
    def history(self, request: HttpRequest, key: str) -> HttpResponse:
        """Returns what a product has cost, oldest first."""
        only(request)
        (products, prices), fresh = read_model(request, product_catalog.NAME, price_history.NAME)
        product = _one(request, products, key)
        history = price_history.of(prices, product["_id"])
        if not history["_rev"] or wants_newest(request):
            catch_up_whole(prices, product["_id"])
            history = price_history.of(prices, product["_id"])
        tag = [prices.name, history["_id"], history["_rev"]]
        return conditional(public, request, tag, fresh, lambda: answer_one(prices, history, history["prices"], fresh))


class SearchViewSet(PublicViewSet):
    """What a search box asks for."""

    @extend_schema(parameters=[*schemas.READ, schemas.TYPED], responses=schemas.SUGGESTIONS)
    def suggest(self, request: HttpRequest) -> HttpResponse:
        """Returns products and categories that begin like what has been typed so far; none where nothing has been."""
        only(request, "q")
        typed = typed_in(request.GET)
        (products, tree_in), fresh = read_model(request, product_catalog.NAME, categories.TREE)
        tree = categories.tree_of(tree_in, fresh)
        newest = wants_newest(request) or has_written(request)
        found = suggestions.of(typed, products, tree, in_sight(tree), newest=newest)
        rows = [(row["_id"], row["_rev"]) for row in found.products]
        tag = [products.name, rows, tree_in.name, tree.revision, found.categories, found.engine]
        fresh = found.fresh(fresh)
        return conditional(public, request, tag, fresh, lambda: _suggested(products, found, fresh))


def _one(request: HttpRequest, products: Generation, key: str) -> Document:
    if wants_newest(request):
        catch_up_whole(products, product_queries.identity(products, key))
    return product_queries.one(products, key)


def _beside(asked: ProductList, fresh: Freshness) -> Meta:
    """Returns what a list tells beside its rows."""
    total = {"total": asked.total()} if asked.counts else {}
    counts = {"facets": asked.facets(asked.faceted, fresh)} if asked.faceted else {}
    searched = {"search": asked.engine} if "q" in asked.asked else {}
    priced = {"currency": asked.currency} if asked.by_price else {}
    return {**total, **counts, **searched, **priced}


def _marked(asked: ProductList, page: Page, beside: Meta) -> Meta:
    """Adds where in its rows something was found, leaving out what the index found and is hidden by now."""
    if not asked.marks or not asked.indexed:
        return beside
    found = asked.indexed.highlights
    return {**beside, "highlights": {row["_id"]: found[row["_id"]] for row in page.rows if row["_id"] in found}}


def _answer_page(request: HttpRequest, asked: ProductList, page: Page, beside: Meta, fresh: Freshness) -> HttpResponse:
    cursor = asked.cursor(page)
    links = {"next": next_page(request, cursor)} if cursor else {}
    meta = meta_of(asked.products, fresh, updated_at=page.updated_at)
    return answer(asked.shown(page), meta={**meta, **beside}, links=links)


def _quantity_in(given: str) -> int:
    if not given.isascii() or not given.isdigit() or len(given) > 6 or not 1 <= int(given) <= LARGEST_QUANTITY:
        raise BadInput(f"quantity is 1 to {LARGEST_QUANTITY}", code="quantity")
    return int(given)


def _priced(product: Document, quantity: int) -> Document:
    unit = product["price"]
    line = Money(amount=Decimal(unit["amount"]) * quantity, currency=unit["currency"])
    return {"product_id": product["_id"], "quantity": quantity, "unit_price": unit, "line_total": dump(line)}


def _suggested(products: Generation, found: Suggestions, fresh: Freshness) -> HttpResponse:
    rows = found.products
    named = [{"id": row["_id"], **{name: row[name] for name in ("sku", "slug", "name", "price")}} for row in rows]
    meta = meta_of(products, fresh, updated_at=max((row["_updated_at"] for row in rows), default=None))
    return answer({"products": named, "categories": found.categories}, meta={**meta, "search": found.engine})
