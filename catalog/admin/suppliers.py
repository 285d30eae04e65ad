"""Suppliers in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.admin.shelf_sheets import supplier_sheet
from catalog.commands.suppliers import AmendSupplier, RegisterSupplier
from catalog.imports.suppliers import SUPPLIERS
from catalog.models import Supplier
from catalog.records import suppliers as records
from efi.imports.pages import leads_to
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

    def besides(self, request: HttpRequest) -> list[dict[str, Any]]:
        return leads_to(SUPPLIERS, request)

    def kept(self, record: Supplier) -> tuple[Kept, ...]:
        return (Kept(stream=f"supplier:{record.pk}"),)

    def at_a_glance(self, record: Supplier) -> Mapping[str, Any]:
        return {"panels": supplier_sheet(record)}
