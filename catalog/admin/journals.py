"""What there is of each product, what came and went of each lot, and what each product has cost."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin

from catalog.admin.fitting import may_come_in
from catalog.admin.shelf_sheets import stock_in_hand, stock_sheet
from catalog.commands.lots import ReceiveLot, SetReorderPoint
from catalog.models import Movement, Price, StockLevel
from catalog.records import movements, prices
from catalog.records import stock as levels
from efi.staff.commands.verbs import Told, Verb, that_has
from efi.staff.histories import Kept
from efi.staff.marks import mark, money
from efi.staff.records.pages import RecordAdmin, Shortcut
from efi.staff.records.panels import SHEET


def its_point(level: StockLevel) -> Mapping[str, object]:
    return {"quantity": level.reorder_point}


@admin.register(StockLevel)
class StockLevelAdmin(RecordAdmin):
    """What there is of each product."""

    section, icon, menu = "Stock", "warehouse", "Stock"
    read_model, listing = levels.NAME, levels.listing
    ordering = ("sku",)
    list_display = ("sku", "name", "stands", "on_hand", "held", "reserved", "available", "reorder_point", "best_before")
    list_display_links = ("sku", "name")
    second_line, figure = ("stands", "best_before"), "available"
    list_filter = ("standing", "to_reorder")
    shortcuts = (Shortcut(title="To reorder", icon="shopping_cart", query="to_reorder__exact=1"),)
    sheet = SHEET
    verbs = (
        Verb(
            command=ReceiveLot, icon="input", draws=("lot_id",), fits=may_come_in, in_row=that_has("to_reorder", True)
        ),
        Verb(command=SetReorderPoint, icon="low_priority", filled=its_point),
    )

    def ids_of(self, record: StockLevel) -> Mapping[str, object]:
        return {"product_id": record.pk}

    def kept(self, record: StockLevel) -> tuple[Kept, ...]:
        return (Kept(stream=f"stock:{record.pk}"),)

    def in_hand(self, record: StockLevel, verb: Verb) -> Told:
        return stock_in_hand(record.pk)

    def at_a_glance(self, record: StockLevel) -> Mapping[str, Any]:
        return {"panels": stock_sheet(record)}

    @admin.display(description="standing")
    def stands(self, level: StockLevel) -> str:
        return mark(level.standing)


@admin.register(Movement)
class MovementAdmin(RecordAdmin):
    """The journal of lots, the latest first."""

    section, icon = "Stock", "swap_horiz"
    read_model, listing = movements.NAME, movements.listing
    ordering = ("-moved_at",)
    list_display = (
        "moved_at",
        "type",
        "product",
        "batch_number",
        "quantity",
        "remaining",
        "reference",
        "reason",
        "moved_by",
    )
    list_filter = ("type",)
    second_line, figure = ("type", "product"), "quantity"
    list_select_related = ("product",)
    people = ("moved_by",)

    def kept(self, record: Movement) -> tuple[Kept, ...]:
        lot_id = str(record.lot_id).partition(":")[2]
        return (Kept(stream=f"stock:{record.product_id}", part=("lots", lot_id)),)


@admin.register(Price)
class PriceAdmin(RecordAdmin):
    """What each product has cost, the latest first."""

    section, icon = "Insight", "history_edu"
    read_model, listing = prices.NAME, prices.listing
    ordering = ("-since",)
    list_display = ("since", "product", "costs", "old", "reason", "changed_by", "approved")
    list_filter = ("approved",)
    second_line = ("product", "costs")
    list_select_related = ("product",)
    people = ("changed_by",)

    def kept(self, record: Price) -> tuple[Kept, ...]:
        return (Kept(stream=f"product:{record.product_id}", unsaid="description"),)

    @admin.display(description="price")
    def costs(self, price: Price) -> str:
        return money(price)
