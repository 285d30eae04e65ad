"""Customers in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers.admin.masking import PersonalRecordAdmin
from customers.admin.sheets import customer_sheet
from customers.admin.verbs import IMPERSONAL, ON_CUSTOMERS
from customers.models import Customer
from customers.records import customers as records
from efi.staff.histories import Kept
from efi.staff.marks import mark
from efi.staff.records.panels import SHEET


@admin.register(Customer)
class CustomerAdmin(PersonalRecordAdmin):
    """Customers, by name."""

    section, icon = "Customers", "groups"
    read_model, listing = records.NAME, records.listing
    ordering = ("called",)
    list_display = ("called", "type", "state", "email", "phone", "city", "registered_at")
    list_display_links = ("called",)
    second_line, figure = ("type", "state", "city"), ""
    list_filter = ("standing", "type", "tier", "has_account")
    search_help_text = "Beginnings of words of names, e-mail, telephone, business, addresses, in any order"
    personal = ("name", "business", "email", "phone", "notes", "tags")
    impersonal = IMPERSONAL
    sheet = SHEET
    verbs = ON_CUSTOMERS

    def as_seen(self, request: HttpRequest, records: list[Any]) -> list[Any]:
        """Calls those whose names may not be seen by what kind of customer they are."""
        for record in super().as_seen(request, records):
            record.called = str(record)
        return records

    def kept(self, record: Customer) -> tuple[Kept, ...]:
        return (Kept(stream=f"customer:{record.pk}"),)

    def at_a_glance(self, record: Customer) -> Mapping[str, Any]:
        return {"panels": customer_sheet(record)}

    @admin.display(description="standing")
    def state(self, customer: Customer) -> str:
        return mark(customer.standing)
