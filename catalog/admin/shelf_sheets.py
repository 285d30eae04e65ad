"""Lots, stock, categories and suppliers on one page each, for whoever looks something up."""

from datetime import date

from django.utils.html import format_html

from catalog.models import Category, Lot, Movement, Product, StockLevel, Supplier
from catalog.records import movements
from efi.domain import countries
from efi.staff import moments
from efi.staff.commands.verbs import Told
from efi.staff.marks import link_to, mark
from efi.staff.records.panels import Panel, few, first_of_kind, kept_as, link_to_record, panel, referred

MOVED = ("when", "what", "units", "left", "for", "by")


def lot_in_hand(lot: Lot) -> Told:
    """Returns by what one tells a lot from another, and what is left of it."""
    return [
        ("product", referred(lot, "product") or "-"),
        ("batch number", lot.batch_number),
        ("best before", moments.day(lot.best_before)),
        ("left", f"{lot.remaining} of {lot.received}"),
        ("state", mark(lot.state)),
    ]


def stock_in_hand(product_id: str) -> Told:
    """Returns what there is of a product; nothing where no record of it is there yet."""
    levels = StockLevel.objects.filter(pk=product_id)
    return [
        told
        for level in levels
        for told in (
            ("product", level),
            ("available", f"{level.available} of {level.on_hand} on hand"),
            ("reserved", level.reserved),
        )
    ]


def lot_sheet(lot: Lot, today: date) -> list[Panel]:
    """Returns what there is left of a lot and until when, where it is from, and what came and went."""
    orders = link_to(Movement, "the orders that had of it", lot_id=lot.pk, type__exact=movements.Movement.SALE)
    moved = first_of_kind(Movement, "-moved_at", lot_id=lot.pk)
    return [
        panel(
            "What is left",
            ("best before", lot.best_before),
            ("days left", max((lot.best_before - today).days, 0)),
            ("notice", lot.get_notice_display()),
            figure=format_html("{} of {} {}", lot.remaining, lot.received, mark(lot.state)),
        ),
        panel(
            "What it is",
            ("product", link_to_record(referred(lot, "product"))),
            ("supplier", link_to_record(referred(lot, "supplier"))),
            ("batch number", lot.batch_number),
            ("received", lot.received_at),
        ),
        panel(
            "What came and went",
            few=few("The latest", MOVED, map(_moved, moved)),
            links=(link_to(Movement, "all movements", lot_id=lot.pk), orders),
            wide=True,
        ),
        kept_as(lot, lot.lot_id),
    ]


def stock_sheet(level: StockLevel) -> list[Panel]:
    """Returns how much there is of a product, in which lots, and what came and went."""
    lots = first_of_kind(Lot, "best_before", product_id=level.pk, left=True)
    moved = first_of_kind(Movement, "-moved_at", product_id=level.pk)
    return [
        panel(
            "What there is",
            ("product", link_to_record(referred(level, "product"))),
            ("on hand", level.on_hand),
            ("not for sale", level.held),
            ("reserved", level.reserved),
            ("reorder point", level.reorder_point),
            ("nearest best-before", level.best_before),
            figure=format_html("{} available {}", level.available, mark(level.standing)),
        ),
        panel(
            "Lots",
            few=few("Those that expire first", ("batch", "best before", "left", "state"), map(_stands, lots)),
            links=(link_to(Lot, "all lots", product_id=level.pk),),
        ),
        panel(
            "What came and went",
            few=few("The latest", ("when", "what", "batch", *MOVED[2:]), [_moved(one, batch=True) for one in moved]),
            links=(link_to(Movement, "all movements", product_id=level.pk),),
            wide=True,
        ),
        kept_as(level),
    ]


def category_sheet(category: Category) -> list[Panel]:
    """Returns where a category stands, whether the shop shows it, and what is below it."""
    below = first_of_kind(Category, "place", parent_id=category.pk)
    hidden = "hidden, as one above it is" if category.active else "hidden"
    return [
        panel(
            "In the shop",
            ("description", category.description),
            ("address", f"/categories/{category.slug}"),
            figure=format_html('<span class="efi-mark {}">{}</span>', *_seen(category.shown, hidden)),
        ),
        panel(
            "In the tree",
            ("path", category.path),
            ("above it", link_to_record(referred(category, "parent"))),
            ("level", category.level),
            few=few("Below it", ("name", "in the shop"), [_below(one) for one in below]),
            links=(link_to(Category, "all below it", parent_id=category.pk),),
        ),
        kept_as(category),
    ]


def supplier_sheet(supplier: Supplier) -> list[Panel]:
    """Returns whom we buy from, what of it we sell, and what came in last."""
    lots = first_of_kind(Lot, "-received_at", supplier_id=supplier.pk)
    sold = first_of_kind(Product, "sku", supplier_id=supplier.pk)
    return [
        panel(
            "Who they are",
            ("code", supplier.code),
            ("country", countries.names().get(supplier.country, supplier.country)),
            ("contact", supplier.contact),
        ),
        panel(
            "Products",
            few=few("The first", ("product", "status", "available"), map(_sold, sold)),
            links=(link_to(Product, "all products of theirs", supplier_id=supplier.pk),),
        ),
        panel(
            "Lots",
            few=few("The latest", ("batch", "product", "received", "left"), map(_came, lots)),
            links=(link_to(Lot, "all lots of theirs", supplier_id=supplier.pk),),
        ),
        kept_as(supplier),
    ]


def _moved(one: Movement, *, batch: bool = False) -> list[object]:
    about = one.reference or one.reason
    batches = [one.batch_number] if batch else []
    return [one.moved_at, one.get_type_display(), *batches, one.quantity, one.remaining, about, one.moved_by]


def _stands(lot: Lot) -> list[object]:
    return [link_to_record(lot), lot.best_before, f"{lot.remaining} of {lot.received}", mark(lot.state)]


def _came(lot: Lot) -> list[object]:
    return [link_to_record(lot), lot.product, lot.received_at, f"{lot.remaining} of {lot.received}"]


def _sold(product: Product) -> list[object]:
    return [link_to_record(product), mark(product.status), product.available]


def _below(category: Category) -> list[object]:
    return [link_to_record(category, category.name), "shown" if category.shown else "hidden"]


def _seen(shown: bool, hidden: str) -> tuple[str, str]:
    return ("good", "shown") if shown else ("waits", hidden)
