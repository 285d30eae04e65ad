"""Lots in the admin, and the verbs on a product's stock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from catalog.admin.fitting import (
    is_free,
    is_reserved,
    is_reserved_still,
    may_be_sold,
    may_come_in,
    never_recalled,
    on_sale,
    why_it_is_not_sold,
    with_an_adjustment,
    with_something_left,
    with_something_to_dispose_of,
)
from catalog.admin.shelf_sheets import lot_in_hand, lot_sheet
from catalog.commands.lots import (
    AdjustLot,
    ApproveAdjustment,
    DeclineAdjustment,
    DisposeLot,
    HoldLot,
    RecallLot,
    ReceiveLot,
    RejectLot,
    ReleaseLot,
    SetReorderPoint,
    WriteOff,
)
from catalog.commands.stock import (
    AllocateFromLots,
    AllocateStock,
    ExpireStock,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
    stocks,
)
from catalog.models import Lot
from catalog.records import lots as records
from catalog.records.approvals import Kind
from catalog.values import FOR_SALE, IN_QUARANTINE, Level, LotState
from efi.domain.fields import LARGEST_QUANTITY
from efi.domain.values import business_day
from efi.staff import moments
from efi.staff.commands.fields import Member
from efi.staff.commands.verbs import Told, Verb, always, that_has
from efi.staff.decisions import what_waits, who_asked
from efi.staff.histories import Kept
from efi.staff.marks import mark
from efi.staff.records.pages import RecordAdmin, Shortcut, exactly
from efi.staff.records.panels import SHEET
from efi.writing.commands import Receipt


def reservations_of(product: Any) -> Mapping[str, list[tuple[str, str]]]:
    """Returns the reservations of a product's stock as choices."""
    held = stocks.load(UUID(product.pk)).promises.held.items()
    shown = [(str(key), f"{one.quantity} until {moments.moment(one.expires_at)} ({key})") for key, one in held]
    return {"reservation_id": shown}


def batches_of(product_id: str) -> dict[str, str]:
    return {lot.lot_id: f"lot {lot.batch_number}" for lot in Lot.objects.filter(product_id=product_id)}


def reservations_of_its_product(lot: Lot) -> Mapping[str, list[tuple[str, str]]]:
    return reservations_of(lot.product)


STOCK_VERBS = (
    Verb(command=ReceiveLot, icon="input", draws=("lot_id",), fits=may_come_in),
    Verb(command=ReserveStock, icon="bookmark", draws=("reservation_id",), fits=is_free, aside=True),
    Verb(command=ExtendReservation, icon="more_time", choices=reservations_of, fits=is_reserved_still, aside=True),
    Verb(command=ReleaseReservation, icon="bookmark_remove", choices=reservations_of, fits=is_reserved, aside=True),
    Verb(command=AllocateStock, icon="output", choices=reservations_of, fits=may_be_sold, aside=True),
    Verb(command=SetReorderPoint, icon="low_priority", aside=True),
    Verb(command=ExpireStock, icon="hourglass_bottom", aside=True),
)


def the_lot(command: ReceiveLot, receipt: Receipt) -> str:
    return f"{command.product_id}:{command.lot_id}"


def its_adjustment(lot: Lot) -> Mapping[str, object]:
    return {"adjustment_id": lot.adjustment_id} if lot.adjustment_id else {}


def of_this_lot(lot: Lot) -> Mapping[str, object]:
    return {"parts": [{"lot_id": lot.lot_id, "quantity": None}]}


def units_of_one_lot(lot: Lot) -> Mapping[str, Member]:
    """Asks for the units that are taken from one lot."""
    widget = UnfoldAdminIntegerFieldWidget
    units = forms.IntegerField(label="Quantity", min_value=1, max_value=LARGEST_QUANTITY, widget=widget)
    member = Member(
        name="parts",
        fields={"parts__quantity": units, "parts__lot_id": forms.UUIDField(widget=forms.HiddenInput)},
        value=lambda said: [{"lot_id": str(said["parts__lot_id"]), "quantity": said["parts__quantity"]}],
        initial=lambda parts: {f"parts__{name}": value for name, value in parts[0].items()},
    )
    return {"parts": member}


ENDING: Mapping[str, tuple[object, ...]] = {"notice": tuple(Level), "state": FOR_SALE, "left": (True,)}
"""Lots that were brought to notice, and of which something is left that may still be sold."""


TO_RELEASE = exactly({"state": IN_QUARANTINE, "left": (True,)})
"""Lots that have come in, and wait for two people to release them."""


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
        "notice",
        "remaining",
        "received",
        "received_at",
    )
    list_filter = ("state", "notice", "left")
    shortcuts = (
        Shortcut(title="To release", icon="done_all", query=TO_RELEASE),
        Shortcut(title="Expiring soon", icon="hourglass_bottom", query=exactly(ENDING)),
    )
    list_select_related = ("product", "supplier")
    second_line, figure = ("product", "best_before", "standing"), "remaining"
    sheet = SHEET
    verbs = (
        Verb(command=ReceiveLot, new=True, icon="input", draws=("lot_id",), lands=the_lot),
        Verb(
            command=ReleaseLot,
            icon="check",
            tells=what_waits(Kind.RELEASE),
            fits=that_has("state", *IN_QUARANTINE),
            asked_by=who_asked(Kind.RELEASE),
            in_row=always,
            bulk=True,
        ),
        Verb(
            command=ApproveAdjustment,
            icon="check",
            known=its_adjustment,
            tells=what_waits(Kind.ADJUSTMENT),
            fits=with_an_adjustment,
            asked_by=who_asked(Kind.ADJUSTMENT),
        ),
        Verb(
            command=DeclineAdjustment,
            icon="close",
            known=its_adjustment,
            tells=what_waits(Kind.ADJUSTMENT),
            fits=with_an_adjustment,
        ),
        Verb(
            command=HoldLot,
            icon="front_hand",
            fits=that_has("state", LotState.ON_SALE, LotState.APPROVED_ONCE),
            bulk=True,
        ),
        Verb(command=AdjustLot, icon="exposure", fits=that_has("state", *FOR_SALE)),
        Verb(command=WriteOff, icon="broken_image", fits=with_something_left),
        Verb(command=RejectLot, icon="thumb_down", fits=that_has("state", *IN_QUARANTINE), grave=True),
        Verb(command=DisposeLot, icon="delete", fits=with_something_to_dispose_of, bulk=True, grave=True),
        Verb(
            command=RecallLot,
            icon="undo",
            fits=never_recalled,
            bulk=True,
            grave=True,
        ),
        Verb(
            command=AllocateFromLots,
            title="sell out of turn",
            icon="output",
            filled=of_this_lot,
            members=units_of_one_lot,
            choices=reservations_of_its_product,
            fits=on_sale,
        ),
    )

    def ids_of(self, record: Lot) -> Mapping[str, object]:
        return {"product_id": record.product_id, "lot_id": record.lot_id}

    def kept(self, record: Lot) -> tuple[Kept, ...]:
        return (Kept(stream=f"stock:{record.product_id}", part=("lots", record.lot_id)),)

    def note(self, record: Lot) -> str:
        return why_it_is_not_sold(record)

    def in_hand(self, record: Lot, verb: Verb) -> Told:
        return lot_in_hand(record)

    def at_a_glance(self, record: Lot) -> Mapping[str, Any]:
        return {"panels": lot_sheet(record, business_day(datetime.now(UTC)))}

    @admin.display(description="state")
    def standing(self, lot: Lot) -> str:
        return mark(lot.state)
