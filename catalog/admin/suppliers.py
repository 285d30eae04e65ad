"""Suppliers in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin

from catalog.admin.shelf_sheets import supplier_sheet
from catalog.commands.suppliers import AmendSupplier, RegisterSupplier
from catalog.models import Supplier
from catalog.records import suppliers as records
from efi.staff.commands.verbs import Verb, as_it_is
from efi.staff.histories import Kept
from efi.staff.records.lists import Values
from efi.staff.records.pages import RecordAdmin
from efi.staff.records.panels import SHEET


@admin.register(Supplier)
class SupplierAdmin(RecordAdmin):
    """Suppliers, by code."""

    section, icon = "Catalogue", "local_shipping"
    read_model, listing = records.NAME, records.listing
    ordering = ("code",)
    list_display = ("code", "name", "contact", "country", "updated_at")
    list_display_links = ("code", "name")
    second_line = ("country",)
    list_filter = (("country", Values),)
    sheet = SHEET
    verbs = (
        Verb(command=RegisterSupplier, new=True, icon="add"),
        Verb(command=AmendSupplier, title="edit", sends="save", filled=as_it_is("name", "contact", "country")),
    )

    def kept(self, record: Supplier) -> tuple[Kept, ...]:
        return (Kept(stream=f"supplier:{record.pk}"),)

    def at_a_glance(self, record: Supplier) -> Mapping[str, Any]:
        return {"panels": supplier_sheet(record)}
