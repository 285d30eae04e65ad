"""The tree of categories as one page: branches are opened as one asks for them, and dragged, or moved by buttons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from uuid_utils.compat import uuid7

from catalog.commands.categories import ArrangeCategories, MoveCategory
from catalog.models import Category
from efi.domain.errors import Refusal, Unavailable
from efi.http.permissions import has_permission_for
from efi.staff.commands.fields import Member, in_order
from efi.staff.commands.giving import give
from efi.staff.commands.page import address_of, page_context, say_what_happened
from efi.writing.commands import Command

FEW = 300
"""Categories that are all shown at once; of more, those below one once it is opened."""
A_LEVEL = 200
"""Those of one level that are shown at most; the list has them all."""
PLACES = "above", "inside", "below"


@dataclass(kw_only=True)
class Branch:
    """A category with those below it, if it is open, where its verbs are given, and what it stands between."""

    category: Category
    address: str
    verbs: dict[str, str]
    grows: bool
    """Whether there are any below it."""
    before: str = ""
    after: str = ""
    level: "Level | None" = None


@dataclass(kw_only=True)
class Level:
    """The categories below one, or at the top, in their order."""

    branches: list[Branch]
    more: int
    """How many there are beyond those that are shown."""
    list: str
    """The address of the list of all."""


def places_below(category: Category | None) -> Mapping[str, Member]:
    """Asks for the places of the categories below one, or at the top."""
    return {"category_ids": in_order("category_ids", [(one.pk, one.name) for one in _below(category)])}


def tree_page(pages: Any, request: HttpRequest) -> HttpResponse:
    """Shows the tree with the branches that the address names as open, or what is below one for a page that has it."""
    pages.must_be_seen(request)
    about = {"new": _new(pages, request), "here": request.get_full_path(), "fresh_key": uuid7, "title": "tree"}
    about |= {"place": reverse("admin:catalog_category_place"), "list": address_of(pages, "changelist")}
    may = {"arranges": ArrangeCategories, "moves": MoveCategory}
    about |= {name: has_permission_for(request.user, command) for name, command in may.items()}
    if below := request.GET.get("below"):
        level = _Shown(pages, request, {below: _first_of(below)}).level(below)
        return TemplateResponse(request, "catalog/level.html", {**about, "level": level})
    top = _Shown(pages, request, _open(request.GET.getlist("open"))).level(None)
    return TemplateResponse(request, "catalog/tree.html", {**page_context(pages, request, None), **about, "level": top})


def place(pages: Any, request: HttpRequest) -> HttpResponse:
    """Puts a category above, below or into another and goes back to the tree, where a refusal is told."""
    one, beside = (pages.record_at(request, request.POST.get(name, "")) for name in ("category", "beside"))
    where = request.POST.get("where")
    if where not in PLACES:
        raise Http404("there is no such place")
    key = request.POST.get("idempotency_key") or uuid7()
    try:
        for step, command in enumerate(_steps(one, beside, where)):
            say_what_happened(request, one, give(command, request.user, f"{key} {step}"))
    except (Refusal, Unavailable) as refusal:
        messages.error(request, f"{one}: {refusal}")
    then = request.POST.get("then", "")
    back = then if url_has_allowed_host_and_scheme(then, allowed_hosts=None) else address_of(pages, "tree")
    return HttpResponseRedirect(back)


def _steps(one: Category, beside: Category, where: str) -> Iterator[Command]:
    """Yields the commands that put a category there; the order is read once the category is below its new parent."""
    parent = beside if where == "inside" else beside.parent
    parent_id = UUID(parent.pk) if parent else None
    if one.parent_id != (parent.pk if parent else None):
        yield MoveCategory(category_id=UUID(one.pk), parent_id=parent_id)
    if where != "inside":
        order = [each.pk for each in _below(parent) if each.pk != one.pk]
        order.insert(order.index(beside.pk) + (where == "below"), one.pk)
        yield ArrangeCategories(parent_id=parent_id, category_ids=tuple(map(UUID, order)))


def _below(category: Category | None) -> Any:
    return Category.objects.filter(parent_id=category.pk if category else None).order_by("place")


def _first_of(parent_id: str | None) -> list[Category]:
    """Returns the first below a category, and one more if there are more than are shown."""
    return list(Category.objects.filter(parent_id=parent_id).order_by("place")[: A_LEVEL + 1])


def _open(asked: list[str]) -> dict[str | None, list[Category]]:
    """Returns those of each open level by their parent: of all, if they are few, else the top and what is asked for."""
    few = list(Category.objects.order_by("place")[: FEW + 1])
    if len(few) > FEW:
        return {parent: _first_of(parent) for parent in (None, *_with_those_above(asked))}
    levels: dict[str | None, list[Category]] = {None: []}
    for one in few:
        levels.setdefault(one.parent_id, []).append(one)
    return levels


def _with_those_above(asked: list[str]) -> set[str]:
    found = Category.objects.in_bulk(asked[:FEW])
    above = [one.parent_id for one in found.values() if one.parent_id and one.parent_id not in found]
    return {*found, *(_with_those_above(above) if above else ())}


def _new(pages: Any, request: HttpRequest) -> dict[str, str]:
    return {verb.name: address_of(pages, "give_new", None, verb.name) for verb in pages.offered(request, new=True)}


class _Shown:
    """The levels that are shown, made into branches for one person."""

    def __init__(self, pages: Any, request: HttpRequest, levels: Mapping[str | None, list[Category]]) -> None:
        self.pages, self.levels = pages, levels
        self.names = [verb.name for verb in pages.offered(request, new=False)]
        shown = [one.pk for one in chain.from_iterable(levels.values())]
        self.growing = set(pages.documents.distinct("parent_id", {"parent_id": {"$in": shown}}))

    def level(self, parent_id: str | None) -> Level:
        found = self.levels[parent_id]
        more = _below(found[0].parent).count() - A_LEVEL if len(found) > A_LEVEL else 0
        branches = [self._branch(one) for one in (found[:A_LEVEL] if more else found)]
        for one, following in pairwise(branches):
            one.after, following.before = following.category.pk, one.category.pk
        wanted = {"parent_id": parent_id} if parent_id else {"level__exact": 1}
        return Level(branches=branches, more=more, list=f"{address_of(self.pages, 'changelist')}?{urlencode(wanted)}")

    def _branch(self, one: Category) -> Branch:
        return Branch(
            category=one,
            address=address_of(self.pages, "change", one),
            verbs={name: address_of(self.pages, "give", one, name) for name in self.names},
            grows=one.pk in self.growing,
            level=self.level(one.pk) if one.pk in self.levels and one.pk in self.growing else None,
        )
