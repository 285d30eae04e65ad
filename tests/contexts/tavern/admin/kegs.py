"""Kegs in the admin."""

from collections.abc import Mapping

from django.contrib import admin

from efi.staff.commands.verbs import Verb, always, priced
from efi.staff.decisions import what_waits, who_asked
from efi.staff.histories import Kept
from efi.staff.records.pages import RecordAdmin
from tavern.commands.kegs import (
    ApprovePouring,
    DeclinePouring,
    DrawPints,
    EmptyKeg,
    MoveKeg,
    ProposePouring,
    RepriceKeg,
    TapKeg,
    TasteKeg,
)
from tavern.models import Keg
from tavern.records import kegs as records
from tavern.records.approvals import Kind


def the_proposal(keg: Keg) -> Mapping[str, object]:
    return {"proposal_id": keg.proposal_id}


def waits(keg: Keg) -> bool:
    return keg.proposal_id is not None


def is_drained(keg: Keg) -> bool:
    return not keg.pints and not keg.emptied


POURING = what_waits(Kind.POURING)


@admin.register(Keg)
class KegAdmin(RecordAdmin):
    """Kegs, by name."""

    section, icon = "Tavern", "sports_bar"
    read_model, listing = records.NAME, records.listing
    ordering = ("name",)
    list_display = ("name", "pints", "popular", "emptied", "updated_at")
    list_filter = ("emptied",)
    verbs = (
        Verb(command=TapKeg, new=True, icon="add"),
        Verb(command=RepriceKeg, icon="sell", filled=priced),
        Verb(command=MoveKeg, icon="move_up"),
        Verb(command=DrawPints, icon="sports_bar"),
        Verb(command=TasteKeg, icon="star"),
        Verb(command=ProposePouring, icon="water_drop"),
        Verb(
            command=ApprovePouring,
            icon="check",
            fits=waits,
            asked_by=who_asked(Kind.POURING),
            known=the_proposal,
            tells=POURING,
        ),
        Verb(command=DeclinePouring, icon="close", fits=waits, known=the_proposal, tells=POURING),
        Verb(command=EmptyKeg, icon="logout", fits=is_drained, in_row=always, bulk=True, grave=True),
    )

    def kept(self, record: Keg) -> tuple[Kept, ...]:
        return (Kept(stream=f"keg:{record.pk}"), Kept(stream=f"tasting:{record.pk}", title="tastings"))
