"""Makes the answer of a page: rendered, with its ETag and freshness, under a strict content policy."""

from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import get_template
from django.templatetags.static import static

from efi.http.answers import conditional, wants_newest
from efi.http.cache_control import own, public
from efi.http.hot_reads import LISTS, Shown, may_be_kept
from efi.log.mongo import Document
from efi.reading import generations
from efi.reading.freshness import Freshness
from readmodels.categories import TREE, Tree
from readmodels.shop.words import minute

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REFRESH = "refresh"


def page(
    request: HttpRequest,
    template: str,
    tree: Tree,
    fresh: Freshness,
    tag: Iterable[object],
    context: Callable[[], Document],
    *about: Shown,
) -> HttpResponse:
    """Returns a 304, or else the template with what `context` returns; `tag` is all that this depends on.

    `about`: the document that the page is about, if it is about one.
    """
    names = generations.live(TREE), TREE, tree.revision
    may_be_kept(request, fresh, *about, names, seconds=LISTS)
    whole = [request.get_full_path(), settings.ASSETS, tree.revision, fresh.stale, minute(fresh.as_of), *tag]
    says = own if REFRESH in request.GET else public
    return guarded(
        conditional(
            says, request, whole, fresh, lambda: rendered(template, {**_frame(request, tree, fresh), **context()})
        )
    )


def rendered(template: str, context: Document, status: int = 200) -> HttpResponse:
    """Renders a template without the request in its context, so that no session is looked up."""
    return HttpResponse(get_template(f"shop/{template}").render({"assets": assets(), **context}), status=status)


def guarded(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = POLICY
    return response


def refreshing(request: HttpRequest) -> bool:
    """Returns whether the reader has asked for the newest there is."""
    return REFRESH in request.GET or wants_newest(request)


@cache
def assets() -> str:
    """Returns the address of the style sheets, scripts and drawings."""
    return static(settings.ASSETS)


def address(path: str, asked: QueryDict) -> str:
    query = asked.urlencode()
    return f"{path}?{query}" if query else path


def _frame(request: HttpRequest, tree: Tree, fresh: Freshness) -> Document:
    again = request.GET.copy()
    again[REFRESH] = "now"
    return {
        "departments": [tree.crumbs[one] for one in tree.children.get(None, ()) if one not in tree.hidden],
        "fresh": fresh,
        "host": request.build_absolute_uri("/").rstrip("/"),
        "q": request.GET.get("q", ""),
        "refresh": address(request.path, again),
    }
