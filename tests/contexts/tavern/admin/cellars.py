"""Cellars in the admin."""

from django.contrib import admin

from efi.staff.commands.verbs import Verb, that_has
from efi.staff.histories import Kept
from efi.staff.records.pages import RecordAdmin
from tavern.commands.cellars import CloseCellar, OpenCellar
from tavern.models import Cellar
from tavern.records import cellars as records


@admin.register(Cellar)
class CellarAdmin(RecordAdmin):
    """Cellars, by name."""

    section, icon = "Tavern", "warehouse"
    read_model, listing = records.NAME, records.listing
    ordering = ("name",)
    list_display = ("name", "closed", "updated_at")
    list_filter = ("closed",)
    verbs = (
        Verb(command=OpenCellar, new=True, icon="add"),
        Verb(command=CloseCellar, icon="lock", fits=that_has("closed", False), grave=True),
    )

    def kept(self, record: Cellar) -> tuple[Kept, ...]:
        return (Kept(stream=f"cellar:{record.pk}"),)
