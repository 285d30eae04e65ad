"""Lots in the admin, and the verbs on a product's stock."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin

from catalog.admin.marks import mark
from catalog.commands.lots import ReceiveLot, ReleaseLot
from catalog.commands.stock import (
    AllocateStock,
    ExpireStock,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
    stocks,
)
from catalog.models import Lot
from catalog.records import lots as records
from catalog.records.lots import State
from efi.commands import Receipt
from efi.histories import Kept
from efi.record_pages import RecordAdmin
from efi.verbs import Verb


def reservations_of(product: Any) -> Mapping[str, list[tuple[str, str]]]:
    """Those that are held, to choose from."""
    held = stocks.load(UUID(product.pk)).promises.held.items()
    shown = [(str(key), f"{one.quantity} until {one.expires_at:%d %b %Y %H:%M} UTC ({key})") for key, one in held]
    return {"reservation_id": shown}


def batches_of(product_id: str) -> dict[str, str]:
    return {lot.lot_id: f"lot {lot.batch_number}" for lot in Lot.objects.filter(product_id=product_id)}


def under_more(record: Any) -> bool:
    return False


STOCK_VERBS = (
    Verb(command=ReceiveLot, icon="input", draws=("lot_id",)),
    Verb(command=ReserveStock, icon="bookmark", draws=("reservation_id",), fits=under_more),
    Verb(command=ExtendReservation, icon="more_time", choices=reservations_of, fits=under_more),
    Verb(command=ReleaseReservation, icon="bookmark_remove", choices=reservations_of, fits=under_more),
    Verb(command=AllocateStock, icon="output", choices=reservations_of, fits=under_more),
    Verb(command=ExpireStock, icon="hourglass_bottom", fits=under_more),
)


def the_lot(command: ReceiveLot, receipt: Receipt) -> str:
    return f"{command.product_id}:{command.lot_id}"


def can_be_released(lot: Lot) -> bool:
    return lot.state in (State.QUARANTINE, State.APPROVED_ONCE)


@admin.register(Lot)
class LotAdmin(RecordAdmin):
    """Lots, those first that expire first."""

    section, icon = "Stock", "inventory_2"
    read_model, listing = records.NAME, records.listing
    ordering = ("best_before",)
    list_display = (
        "batch_number",
        "product",
        "supplier",
        "best_before",
        "standing",
        "remaining",
        "received",
        "received_at",
    )
    list_filter = ("state",)
    list_select_related = ("product", "supplier")
    verbs = (
        Verb(command=ReceiveLot, new=True, icon="input", draws=("lot_id",), lands=the_lot),
        Verb(command=ReleaseLot, icon="check", fits=can_be_released, in_row=True, bulk=True),
    )

    def ids_of(self, record: Lot) -> Mapping[str, object]:
        return {"product_id": record.product_id, "lot_id": record.lot_id}

    def kept(self, record: Lot) -> tuple[Kept, ...]:
        return (Kept(stream=f"stock:{record.product_id}", part=("lots", record.lot_id)),)

    @admin.display(description="state")
    def standing(self, lot: Lot) -> str:
        return mark(lot.state)
