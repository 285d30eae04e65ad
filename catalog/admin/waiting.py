"""What waits for a second person, with the verbs by which one says yes or no."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin

from catalog.commands.lots import ApproveAdjustment, DeclineAdjustment, HoldLot, ReleaseLot
from catalog.commands.products import ApproveProduct, DeclineProduct
from catalog.commands.proposals import ApproveLabel, ApprovePrice, DeclineLabel, DeclinePrice
from catalog.models import Approval, Lot
from catalog.records import approvals as records
from catalog.records.approvals import Kind
from efi.staff.accounts import names_of
from efi.staff.histories import Kept
from efi.staff.record_pages import RecordAdmin
from efi.staff.verbs import Told, Verb
from efi.writing.commands import HANDLERS, Command

YES: tuple[type[Command], ...] = (ApproveProduct, ApprovePrice, ApproveLabel, ReleaseLot, ApproveAdjustment)
NO: tuple[type[Command], ...] = (DeclineProduct, DeclinePrice, DeclineLabel, HoldLot, DeclineAdjustment)


def ends(kind: type[Command]) -> Callable[[Any], bool]:
    name = HANDLERS[kind].name
    return lambda approval: name in (approval.approve, approval.decline)


def told(approval: Approval) -> Told:
    """All that somebody agrees to, or not."""
    who = names_of([approval.asked_by])[approval.asked_by]
    said = (("now", approval.before), ("then", approval.after), ("why", approval.reason))
    return (*((name, value) for name, value in said if value), ("asked for by", who), ("since", approval.since))


def what_waits(kind: Kind) -> Callable[[Any], Told]:
    """Of that kind, on a product or one of its lots."""

    def tells(record: Any) -> Told:
        of = {"lot_id": record.lot_id} if isinstance(record, Lot) else {}
        product_id = record.product_id if isinstance(record, Lot) else record.pk
        waiting = Approval.objects.filter(kind=kind, product_id=product_id, **of).first()
        return told(waiting) if waiting else ()

    return tells


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Those first that have waited longest."""

    section, icon, menu = "Waiting", "how_to_reg", "Approvals"
    read_model, listing = records.NAME, records.listing
    ordering = ("since",)
    list_display = ("kind", "subject", "before", "after", "reason", "asked_by", "since")
    list_display_links = ("kind", "subject")
    list_filter = ("kind",)
    list_select_related = ("product",)
    people = ("asked_by",)
    fieldsets = (
        (None, {"fields": (("kind", "subject"), ("before", "after"), "reason", ("asked_by", "since"), "product")}),
    )
    verbs = (
        *(Verb(command=kind, icon="check", fits=ends(kind), tells=told, in_row=True) for kind in YES),
        *(Verb(command=kind, icon="close", fits=ends(kind), tells=told, in_row=True) for kind in NO),
    )

    def ids_of(self, record: Approval) -> Mapping[str, object]:
        names = ("product_id", "lot_id", "adjustment_id", "proposal_id")
        return {name: getattr(record, name) for name in names if getattr(record, name)}

    def kept(self, record: Approval) -> tuple[Kept, ...]:
        if record.kind in (Kind.RELEASE, Kind.ADJUSTMENT):
            return (Kept(stream=f"stock:{record.product_id}", part=("lots", str(record.lot_id))),)
        return (Kept(stream=f"product:{record.product_id}", unsaid="description"),)
