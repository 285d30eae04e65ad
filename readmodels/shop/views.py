"""The views of the shop: each checks what was asked, reads the documents, and shows them."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from efi.http.answers import catch_up_whole, read_model
from efi.http.rate_limits import count_search_again
from efi.log.mongo import Document
from efi.reading import freshness, generations
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels import bundles, categories, product_catalog, product_queries
from readmodels.categories import Tree
from readmodels.shop import details, shelves
from readmodels.shop.pages import page, refreshing
from readmodels.showing import related


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Shows the front page: the departments, and what is new."""
    products, tree, fresh = _read(request)
    shelf = shelves.newest(products, tree, fresh)
    return page(request, "front.html", tree, fresh, shelf.tag, lambda: shelves.front(shelf))


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Shows a list of all products, narrowed by the filters asked for."""
    found, tree, fresh = _read(request)
    newest = refreshing(request)
    shelf = shelves.Shelf(request.path, shelves.params_in(request), found, tree, fresh, newest=newest)
    if shelf.listing.words:
        count_search_again(request)  # for its facets, which no page is without
    if shelf.listing.looked_again(shelf.page):
        count_search_again(request)
    if not newest and "If-None-Match" not in request.headers:
        shelf.listing.note(shelf.page)
    return page(request, "products.html", tree, fresh, shelf.tag, shelf.context)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the products of one category and of those below it."""
    found, tree, fresh = _read(request)
    tree.identity_of(slug)
    newest = refreshing(request)
    shelf = shelves.Shelf(request.path, shelves.params_in(request), found, tree, fresh, newest=newest, category=slug)
    return page(request, "products.html", tree, fresh, shelf.tag, shelf.context)


@require_safe
def product(request: HttpRequest, key: str) -> HttpResponse:
    """Shows one product; redirects to its slug from its id or SKU, or from a slug whose name is mistyped."""
    found, tree, fresh = _read(request, bundles.NAME)
    name = key.rpartition("~")[2].upper() if "~" in key else key
    if refreshing(request):
        catch_up_whole(found, product_queries.identity(found, name))
    document = product_queries.one(found, name)
    if key != document["slug"]:
        return HttpResponsePermanentRedirect(reverse("shop:product", args=[document["slug"]]))
    others = related(found, document, tree)
    detail = details.Detail(request, document, others, _sold_with(document, found), found, tree)
    about = found, document["_id"], document["_rev"]
    return page(request, "product.html", tree, fresh, detail.tag, detail.context, about)


def _sold_with(product: Document, products: Generation) -> list[Document]:
    """Returns the bundles that hold a product, with their parts."""
    rows = bundles.holding(generations.live(bundles.NAME), product["_id"])
    parts = product_queries.parts(products, bundles.product_ids(rows))
    return [whole for bundle in rows if (whole := bundles.put_together(bundle, parts))]


def _read(request: HttpRequest, *beside: str) -> tuple[Generation, Tree, Freshness]:
    """Returns the products, the tree of categories, and how fresh these and what is read `beside` them are."""
    fed, fresh = read_model(request, product_catalog.NAME, categories.TREE, *beside)
    if refreshing(request):
        fresh = freshness.read(generation.name for generation in fed)
    products, tree_in, *_ = fed
    return products, categories.tree_of(tree_in, fresh), fresh
