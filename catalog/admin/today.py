"""What of the catalogue the front page shows: what waits, what expires, what ran out."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.utils.http import urlencode

from catalog.models import Lot, Product
from catalog.records.lots import State
from catalog.values import Status
from efi import event_store
from efi.command_pages import address_of
from efi.record_lists import Found
from efi.staff_site import Tile, tile

SHOWN = 5
SOON = timedelta(days=30)


def first_of(model: type[Model], order: str, where: Q) -> tuple[int, list[Any], Any]:
    """How many there are, the first of them, and their pages."""
    pages: Any = admin.site.get_model_admin(model)
    found = Found(pages, model._default_manager.filter(where).order_by(order), "")
    return found.count(), found[0:SHOWN], pages


def listed(pages: Any, **filters: str | int) -> str:
    return f"{address_of(pages, 'changelist')}?{urlencode(filters)}"


@tile
def products_to_approve() -> Tile:
    count, rows, pages = first_of(Product, "sku", Q(status=Status.PENDING_APPROVAL))
    return Tile(
        title="products wait for approval",
        count=count,
        address=listed(pages, status__exact=Status.PENDING_APPROVAL),
        rows=[(str(one), f"{one.currency} {one.price}", address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile
def lots_to_release() -> Tile:
    count, rows, pages = first_of(Lot, "best_before", Q(state__in=[State.QUARANTINE, State.APPROVED_ONCE]))
    return Tile(
        title="lots wait for release",
        count=count,
        address=listed(pages, state__exact=State.QUARANTINE),
        rows=[(_lot(one), one.state.replace("_", " "), address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile
def lots_that_expire() -> Tile:
    until = event_store.now() + SOON
    count, rows, pages = first_of(Lot, "best_before", Q(state=State.ON_SALE, best_before__lt=until))
    return Tile(
        title="lots expire within 30 days",
        count=count,
        address=listed(pages, state__exact=State.ON_SALE),
        rows=[(_lot(one), f"{one.best_before:%-d %b %Y}", address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


@tile
def products_that_ran_out() -> Tile:
    count, rows, pages = first_of(Product, "sku", Q(status=Status.ACTIVE, in_stock=False))
    return Tile(
        title="active products ran out",
        count=count,
        address=listed(pages, status__exact=Status.ACTIVE, in_stock__exact=0),
        rows=[(str(one), "0 available", address_of(pages, "change", one)) for one in rows],
    )


def _lot(lot: Any) -> str:
    return f"{lot.product or 'lot'} ({lot.batch_number})"
