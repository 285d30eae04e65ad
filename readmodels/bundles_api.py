"""What the shop's front end reads of bundles."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from efi.domain.errors import NotFound
from efi.http.answers import answer, catch_up_whole, conditional, meta_of, read_model, wants_newest
from efi.http.cache_control import public
from efi.http.paging import behind, cursor_behind, limit_in, next_page
from efi.http.problems import only
from efi.log.mongo import Document
from readmodels import bundles, product_catalog, product_queries, schemas
from readmodels.public import PublicViewSet


class BundleViewSet(PublicViewSet):
    """Products sold together for one price."""

    @extend_schema(parameters=[*schemas.READ, *schemas.PAGE], responses=schemas.BUNDLES)
    def list(self, request: HttpRequest) -> HttpResponse:
        """Returns bundles on sale by name; a page is shorter where a part of one is out of sight."""
        only(request, "limit", "cursor")
        (made, products), fresh = read_model(request, bundles.NAME, product_catalog.NAME)
        limit, query = limit_in(request.GET.get("limit")), request.GET.get("limit", "")
        onward = behind(request.GET.get("cursor"), bundles.SORT, query)
        rows, more = bundles.page(made, onward, limit)
        parts = product_queries.parts(products, bundles.product_ids(rows))
        told = [whole for bundle in rows if (whole := bundles.put_together(bundle, parts))]
        links = {"next": next_page(request, cursor_behind(rows[-1], bundles.SORT, query))} if more else {}
        meta = meta_of(made, fresh, updated_at=_newest(rows, parts))
        tag = [made.name, products.name, request.get_full_path(), _revisions(rows, parts), more]
        return conditional(public, request, tag, fresh, lambda: answer(told, meta=meta, links=links))

    @extend_schema(parameters=schemas.READ, responses=schemas.BUNDLE)
    def retrieve(self, request: HttpRequest, key: str) -> HttpResponse:
        """Returns one bundle by its id or slug."""
        only(request)
        (made, products), fresh = read_model(request, bundles.NAME, product_catalog.NAME)
        bundle = bundles.one(made, key)
        if wants_newest(request):
            catch_up_whole(made, bundle["_id"])
            bundle = bundles.one(made, key)
            for identity in bundle["product_ids"]:
                catch_up_whole(products, identity)
        parts = product_queries.parts(products, bundle["product_ids"])
        whole = bundles.put_together(bundle, parts)
        if whole is None:
            raise NotFound(f"there is no bundle {key[:200]}")
        revisions = _revisions([bundle], parts)
        writes = sum(revision for _, revision in revisions)
        meta = meta_of(made, fresh, version=writes, updated_at=_newest([bundle], parts))
        tag = [made.name, products.name, revisions]
        return conditional(public, request, tag, fresh, lambda: answer(whole, meta=meta))


def _newest(rows: list[Document], parts: dict[str, Document]) -> datetime | None:
    return max((row["_updated_at"] for row in (*rows, *parts.values())), default=None)


def _revisions(rows: list[Document], parts: dict[str, Document]) -> list[tuple[str, int]]:
    return [(row["_id"], row["_rev"]) for row in (*rows, *parts.values())]
