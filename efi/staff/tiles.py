"""What the front page shows of what asks to be looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest

from efi.reading.records import Record
from efi.staff.commands.page import address_of

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Something on the front page that asks to be looked at: how many, which first, and the list of all."""

    title: str
    count: object
    address: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    """What it is called, what about it, and its page."""
    urgent: bool = False


Makes = Callable[[HttpRequest], Tile]
TILES: list[tuple[type[Model], Makes]] = []


def tile(of: type[Model]) -> Callable[[Makes], Makes]:
    """Registers a tile for those who may see the list of these records; tiles stand in the order of registration."""

    def register(make: Makes) -> Makes:
        TILES.append((of, make))
        return make

    return register


def shown_to(request: HttpRequest) -> list[Tile]:
    """Returns the tiles of all lists that somebody may see."""
    return [make(request) for of, make in TILES if admin.site.get_model_admin(of).has_view_permission(request)]


def first_of(model: type[Record], request: HttpRequest, order: str, where: Q) -> tuple[int, list[Any], Any]:
    """Returns how many records that somebody may see are under a filter, the first of them, and their pages."""
    pages: Any = admin.site.get_model_admin(model)
    found = pages.rows(request, pages.get_queryset(request).filter(where).order_by(order), "")
    return found.count(), found[0:SHOWN], pages


def listed(pages: Any, query: str = "") -> str:
    """Returns the address of the list of these records under a filter."""
    return f"{address_of(pages, 'changelist')}?{query}".rstrip("?")
