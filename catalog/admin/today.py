"""What of the catalogue the front page shows: what waits, what expires, what ran out."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q

from catalog.admin.stock import ENDING
from catalog.models import Approval, Lot, Product, StockLevel
from catalog.values import SELLABLE
from efi.staff.command_pages import address_of
from efi.staff.record_lists import Found
from efi.staff.record_pages import exactly
from efi.staff.site import Tile, tile

SHOWN = 5


def first_of(model: type[Model], order: str, where: Q) -> tuple[int, list[Any], Any]:
    """How many there are, the first of them, and their pages."""
    pages: Any = admin.site.get_model_admin(model)
    found = Found(pages, model._default_manager.filter(where).order_by(order), "")
    return found.count(), found[0:SHOWN], pages


def listed(pages: Any, query: str = "") -> str:
    return f"{address_of(pages, 'changelist')}?{query}".rstrip("?")


@tile
def what_waits() -> Tile:
    count, rows, pages = first_of(Approval, "since", Q())
    return Tile(
        title="wait for a second person",
        count=count,
        address=listed(pages),
        rows=[(str(one), f"since {one.since:%-d %b}", address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile
def what_expires() -> Tile:
    count, rows, pages = first_of(Lot, "best_before", Q(**{f"{name}__in": list(some) for name, some in ENDING.items()}))
    return Tile(
        title="lots expire within 30 days",
        count=count,
        address=listed(pages, exactly(ENDING)),
        rows=[(_lot(one), f"{one.best_before:%-d %b %Y}", address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile
def what_is_to_be_bought() -> Tile:
    count, rows, pages = first_of(StockLevel, "available", Q(to_reorder=True))
    return Tile(
        title="products to reorder",
        count=count,
        address=listed(pages, "to_reorder__exact=1"),
        rows=[(str(one), f"{one.available} of {one.reorder_point}", address_of(pages, "change", one)) for one in rows],
    )


@tile
def what_ran_out() -> Tile:
    count, rows, pages = first_of(Product, "sku", Q(status__in=sorted(SELLABLE), in_stock=False))
    return Tile(
        title="products on sale ran out",
        count=count,
        address=listed(pages, exactly({"status": sorted(SELLABLE), "in_stock": [False]})),
        rows=[(str(one), "0 available", address_of(pages, "change", one)) for one in rows],
    )


def _lot(lot: Any) -> str:
    return f"{lot.product or 'lot'} ({lot.batch_number})"
