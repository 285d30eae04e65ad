"""The tree of categories as one page: each can be dragged, or moved by its buttons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from uuid_utils.compat import uuid7

from catalog.models import Category
from efi.staff.commands.fields import Member, in_order
from efi.staff.commands.page import address_of, page_context


@dataclass(kw_only=True)
class Branch:
    """A category with those below it, where its verbs are given, and how its siblings stand if it steps up or down."""

    category: Category
    address: str
    verbs: dict[str, str]
    below: list["Branch"] = field(default_factory=list)
    arrange: str = ""
    up: list[str] = field(default_factory=list)
    down: list[str] = field(default_factory=list)


def places_below(category: Category | None) -> Mapping[str, Member]:
    """Asks for the places of the categories below one, or at the top."""
    siblings = Category.objects.filter(parent_id=category.pk if category else None).order_by("place")
    return {"category_ids": in_order("category_ids", [(one.pk, one.name) for one in siblings])}


def tree_page(pages: Any, request: HttpRequest) -> HttpResponse:
    pages.must_be_seen(request)
    new = {verb.name: address_of(pages, "give_new", None, verb.name) for verb in pages.offered(request, new=True)}
    names = [verb.name for verb in pages.offered(request, new=False)]
    branches = _branches(pages, names, Category.objects.order_by("place"))
    _let_step(branches, new.get("arrange_categories", ""))
    about = {"branches": branches, "new": new, "here": request.path, "fresh_key": uuid7, "title": "tree"}
    about["list"] = address_of(pages, "changelist")
    return TemplateResponse(request, "catalog/tree.html", {**page_context(pages, request, None), **about})


def _branches(pages: Any, names: list[str], categories: Iterable[Category]) -> list[Branch]:
    """Builds the tree of branches, each level in the order of `categories`; returns the top."""
    made = {
        one.pk: Branch(
            category=one,
            address=address_of(pages, "change", one),
            verbs={name: address_of(pages, "give", one, name) for name in names},
        )
        for one in categories
    }
    top: list[Branch] = []
    for branch in made.values():
        above = made.get(str(branch.category.parent_id))
        (above.below if above else top).append(branch)
    return top


def _let_step(siblings: list[Branch], arrange: str) -> None:
    keys = [one.category.pk for one in siblings]
    for at, branch in enumerate(siblings):
        branch.arrange = arrange
        branch.up, branch.down = _swapped(keys, at - 1), _swapped(keys, at)
        _let_step(branch.below, branch.verbs.get("arrange_categories", ""))


def _swapped(keys: list[str], at: int) -> list[str]:
    """Returns the keys with the one at `at` and the next swapped; [] if there is no next."""
    return [*keys[:at], keys[at + 1], keys[at], *keys[at + 2 :]] if 0 <= at < len(keys) - 1 else []
