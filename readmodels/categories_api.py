"""What the shop's front end reads of categories: the tree, and one branch of it."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from efi.http.answers import answer, catch_up_whole, conditional, meta_of, read_model, wants_newest
from efi.http.cache_control import public
from efi.http.hot_reads import LISTS, may_be_kept
from efi.http.problems import only
from efi.reading import generations
from readmodels import categories, schemas
from readmodels.categories import Tree
from readmodels.public import PublicViewSet


class CategoryViewSet(PublicViewSet):
    """The categories that products are found under."""

    @extend_schema(parameters=schemas.READ, responses=schemas.CATEGORIES)
    def list(self, request: HttpRequest) -> HttpResponse:
        """Returns the whole tree, each branch with how many visible products it has."""
        return self._answer(request, lambda tree, totals: tree.shown(totals))

    @extend_schema(parameters=schemas.READ, responses=schemas.CATEGORY)
    def retrieve(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Returns one category with its branch."""
        return self._answer(request, lambda tree, totals: tree.one(tree.identity_of(slug), totals))

    def _answer(self, request: HttpRequest, show: Callable[[Tree, Mapping[str, int]], object]) -> HttpResponse:
        only(request)
        if wants_newest(request):
            catch_up_whole(generations.live(categories.TREE), categories.TREE)
        (tree_in, counts_in), fresh = read_model(request, categories.TREE, categories.COUNTS)
        tree, (sets, counted_at) = categories.tree_of(tree_in, fresh), categories.counted(counts_in, fresh)
        updated_at = max(filter(None, (tree.updated_at, counted_at)), default=None)
        meta = meta_of(tree_in, fresh, version=tree.revision, updated_at=updated_at)
        tag = [request.path, tree_in.name, counts_in.name, tree.revision, sorted(sets.items())]
        may_be_kept(request, fresh, (tree_in, categories.TREE, tree.revision), seconds=LISTS)
        return conditional(public, request, tag, fresh, lambda: answer(show(tree, tree.totals(sets)), meta=meta))
