"""Tabs in the admin."""

from django.contrib import admin

from efi.staff.commands.verbs import Verb, always, that_has
from efi.staff.histories import Kept
from efi.staff.records.pages import RecordAdmin
from tavern.commands.tabs import LapseTab, OpenTab, OrderFlight, OrderRound, SettleTab
from tavern.models import Tab
from tavern.records import tabs as records
from tavern.values import TabStatus

is_open = that_has("status", TabStatus.OPEN)


@admin.register(Tab)
class TabAdmin(RecordAdmin):
    """Tabs, by their guests' names."""

    section, icon = "Tavern", "receipt_long"
    read_model, listing = records.NAME, records.listing
    ordering = ("name",)
    list_display = ("name", "pints", "status", "lapses_at")
    list_filter = ("status",)
    verbs = (
        Verb(command=OpenTab, new=True, icon="add"),
        Verb(command=OrderRound, icon="sports_bar", fits=is_open),
        Verb(command=OrderFlight, icon="sports_bar", fits=is_open),
        Verb(command=SettleTab, icon="payments", fits=is_open, in_row=always),
        Verb(command=LapseTab, icon="timer_off", fits=is_open),
    )

    def kept(self, record: Tab) -> tuple[Kept, ...]:
        return (Kept(stream=f"tab:{record.pk}"),)
