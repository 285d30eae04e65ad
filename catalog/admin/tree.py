"""The tree of categories as one page: each can be dragged, or moved by its buttons."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from uuid_utils.compat import uuid7

from catalog.models import Category
from efi.command_pages import address_of, page_context


@dataclass(kw_only=True)
class Branch:
    """A category with those below it, and where its verbs are given."""

    category: Category
    address: str
    verbs: dict[str, str]
    below: list["Branch"] = field(default_factory=list)


def tree_page(pages: Any, request: HttpRequest) -> HttpResponse:
    pages.must_be_seen(request)
    new = {verb.name: address_of(pages, "give_new", None, verb.name) for verb in pages.offered(request, new=True)}
    names = [verb.name for verb in pages.offered(request, new=False)]
    branches = _branches(pages, names, Category.objects.order_by(*pages.ordering))
    about = {"branches": branches, "new": new, "here": request.path, "fresh_key": uuid7, "title": "tree"}
    about["list"] = address_of(pages, "changelist")
    return TemplateResponse(request, "catalog/tree.html", {**page_context(pages, request, None), **about})


def _branches(pages: Any, names: list[str], categories: Iterable[Category]) -> list[Branch]:
    """Those at the top, in the order given, as are those below each."""
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
