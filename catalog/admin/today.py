"""What of the catalogue the front page shows: what expires, what is to be bought, what ran out."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from catalog.admin.stock import ENDING, TO_RELEASE
from catalog.models import Lot, Product, StockLevel
from catalog.values import IN_QUARANTINE, SELLABLE
from efi.staff import moments
from efi.staff.commands.page import address_of
from efi.staff.records.pages import exactly
from efi.staff.tiles import Tile, first_of, listed, tile


@tile(Lot)
def what_expires(request: HttpRequest) -> Tile:
    count, rows, pages = first_of(
        Lot, request, "best_before", Q(**{f"{name}__in": list(some) for name, some in ENDING.items()})
    )
    return Tile(
        title="lots expire within 30 days",
        count=count,
        address=listed(pages, exactly(ENDING)),
        rows=[(_lot(one), moments.day(one.best_before), address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile(Lot)
def what_is_to_be_released(request: HttpRequest) -> Tile:
    count, rows, pages = first_of(Lot, request, "received_at", Q(state__in=list(IN_QUARANTINE), left=True))
    return Tile(
        title="lots to release",
        count=count,
        address=listed(pages, TO_RELEASE),
        rows=[(_lot(one), one.get_state_display(), address_of(pages, "change", one)) for one in rows],
    )


@tile(StockLevel)
def what_is_to_be_bought(request: HttpRequest) -> Tile:
    count, rows, pages = first_of(StockLevel, request, "available", Q(to_reorder=True))
    return Tile(
        title="products to reorder",
        count=count,
        address=listed(pages, "to_reorder__exact=1"),
        rows=[(str(one), f"{one.available} of {one.reorder_point}", address_of(pages, "change", one)) for one in rows],
    )


@tile(Product)
def what_ran_out(request: HttpRequest) -> Tile:
    count, rows, pages = first_of(Product, request, "sku", Q(status__in=sorted(SELLABLE), in_stock=False))
    return Tile(
        title="products on sale ran out",
        count=count,
        address=listed(pages, exactly({"status": sorted(SELLABLE), "in_stock": [False]})),
        rows=[(str(one), "0 available", address_of(pages, "change", one)) for one in rows],
    )


def _lot(lot: Any) -> str:
    return f"{lot.product or 'lot'} ({lot.batch_number})"
