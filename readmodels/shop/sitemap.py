"""The site map for search engines: every page and when it last changed; and robots.txt."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, islice
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from efi.domain.errors import NotFound
from efi.http.cache_control import public
from efi.reading import generations
from efi.reading.freshness import recently
from efi.reading.projections import Generation
from readmodels import categories, product_catalog, product_queries
from readmodels.categories import Tree
from readmodels.showing import in_sight

MOST_ENTRIES = 50_000
"""The most addresses in one file, and the most files, by https://www.sitemaps.org/protocol.html."""
SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/
Disallow: /*?*refresh=
Disallow: /*?*cursor=

Sitemap: {host}{sitemap}
"""
Entry = tuple[str, datetime | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS.format(host=_host(request), sitemap=reverse("shop:sitemap"))
    return public(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """Answers with all addresses or, if they are too many for one file, with the addresses of its parts."""
    tree, products = _read()
    parts = -(-(len(_fixed(tree)) + product_queries.count(products, in_sight(tree))) // MOST_ENTRIES)
    if parts == 1:
        return one_part(request, 1)
    return _xml(
        request, "sitemapindex", "sitemap", ((reverse("shop:sitemap_part", args=[1 + n]), None) for n in range(parts))
    )


@require_safe
def one_part(request: HttpRequest, part: int) -> HttpResponse:
    """Answers with the addresses of one part, counted from one."""
    entries = _entries(part) if 0 < part <= MOST_ENTRIES else []
    if not entries:
        raise NotFound("the site map has no such part")
    return _xml(request, "urlset", "url", entries)


def _entries(part: int) -> list[Entry]:
    tree, products = _read()
    rows = product_queries.addresses(products, in_sight(tree))
    sold = ((reverse("shop:product", args=[row["slug"]]), row["_updated_at"]) for row in rows)
    return list(islice(chain(_fixed(tree), sold), (part - 1) * MOST_ENTRIES, part * MOST_ENTRIES))


def _read() -> tuple[Tree, Generation]:
    tree_in, products = generations.live(categories.TREE), generations.live(product_catalog.NAME)
    return categories.tree_of(tree_in, recently([tree_in.name])), products


def _fixed(tree: Tree) -> list[Entry]:
    """Returns the addresses that do not depend on what is sold."""
    shelves = [(reverse("shop:category", args=[slug]), tree.updated_at) for slug in sorted(tree.by_slug)]
    return [(reverse("shop:front"), None), (reverse("shop:products"), None), *shelves]


def _xml(request: HttpRequest, root: str, element: str, entries: Iterable[Entry]) -> HttpResponse:
    host, lines = _host(request), []
    for path, changed in entries:
        dated = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{escape(host + path)}</loc>{dated}</{element}>\n")
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {SCHEMA}>\n{"".join(lines)}</{root}>\n'
    return public(HttpResponse(text, content_type="application/xml"))


def _host(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
