"""Consents in the admin: the proof of what customers agreed to, and when."""

from django.contrib import admin

from customers.admin.masking import PersonalRecordAdmin
from customers.models import Consent
from customers.records import consents as records
from efi.staff.histories import Kept


@admin.register(Consent)
class ConsentAdmin(PersonalRecordAdmin):
    """What customers agreed to and took back, the newest first."""

    section, icon = "Customers", "handshake"
    read_model, listing = records.NAME, records.listing
    ordering = ("-at",)
    list_display = ("kind", "act", "version", "network_address", "at")
    list_filter = ("kind", "act")
    personal = ("network_address",)

    def kept(self, record: Consent) -> tuple[Kept, ...]:
        return (Kept(stream=f"customer:{record.customer_id}"),)

    def whom(self, record: Consent) -> str:
        return str(record.customer_id)
