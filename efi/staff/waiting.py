"""What waits for a second person: one page for all contexts, with the verbs by which one says yes or no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from efi.http.permissions import read_records_of
from efi.reading import approvals
from efi.reading.records import Record
from efi.staff import moments
from efi.staff.accounts import names_of
from efi.staff.commands.page import address_of
from efi.staff.commands.verbs import Told, Verb, that_has
from efi.staff.histories import Kept
from efi.staff.models import Approval
from efi.staff.records import exports
from efi.staff.records.pages import RecordAdmin
from efi.staff.tiles import Tile, first_of, listed, tile
from efi.writing.commands import Command


@dataclass(frozen=True, kw_only=True)
class Decision:
    """How a second person decides on what waits of one kind, and what it is about."""

    record: type[Record]
    yes: Verb
    no: Verb


DECISIONS: dict[str, Decision] = {}
"""By the kind of what waits."""


def decided_by(kind: str, record: type[Record], *, yes: type[Command], no: type[Command]) -> None:
    """Registers the commands by which a second person agrees or not to what waits of this kind on such records."""
    fits = that_has("kind", kind)
    agree = Verb(command=yes, icon="check", fits=fits, tells=told, in_row=True)
    refuse = Verb(command=no, icon="close", fits=fits, tells=told, in_row=True)
    DECISIONS[kind] = Decision(record=record, yes=agree, no=refuse)


def told(approval: Approval) -> Told:
    """Returns all that somebody is to know who agrees, or does not."""
    who = names_of([approval.asked_by])[approval.asked_by]
    said = (("now", approval.before), ("then", approval.after), ("why", approval.reason))
    return (*((name, value) for name, value in said if value), ("asked for by", who), ("since", approval.since))


def what_waits(kind: str) -> Callable[[Any], Told]:
    """Returns what tells, on the page of a record, what of this kind waits on it."""

    def tells(record: Any) -> Told:
        waiting = Approval.objects.filter(pk=approvals.key(kind, record.pk)).first()
        return told(waiting) if waiting else ()

    return tells


COLUMNS = "kind", "subject", "before", "after", "reason", "asked_by", "since"
exports.EXPORTS[Approval] = exports.Export(
    columns=COLUMNS, rows=lambda records: ([getattr(one, name) for name in COLUMNS] for one in records)
)


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """What waits for a second person, the oldest first."""

    section, icon, menu = "Waiting", "how_to_reg", "Approvals"
    read_model, listing = approvals.NAME, approvals.listing
    ordering = ("since",)
    list_display = COLUMNS
    list_display_links = ("kind", "subject")
    list_filter = ("kind",)
    people = ("asked_by",)
    readonly_fields = ("about",)
    fieldsets = (
        (None, {"fields": (("kind", "subject"), ("before", "after"), "reason", ("asked_by", "since"), "about")}),
    )

    @property
    def verbs(self) -> tuple[Verb, ...]:  # type: ignore[override] # of all contexts, which are installed after this
        """Returns those that say yes, then those that say no."""
        return (*(one.yes for one in DECISIONS.values()), *(one.no for one in DECISIONS.values()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Returns whether somebody may read the records of a context that asks."""
        return bool(_read_by(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        """Returns what waits in the contexts whose records somebody may read."""
        waiting: QuerySet[Approval] = super().get_queryset(request)
        return waiting.filter(context__in=_read_by(request))

    def ids_of(self, record: Approval) -> Mapping[str, object]:
        ids: Mapping[str, object] = record.ids
        return ids

    def kept(self, record: Approval) -> tuple[Kept, ...]:
        """Returns where the log keeps what it is about."""
        about = _record_of(record)
        return _pages_of(record).kept(about)[:1] if about else ()

    @admin.display
    def about(self, approval: Approval) -> str:
        about = _record_of(approval)
        if about is None:
            return approval.subject
        address = address_of(_pages_of(approval), "change", about)
        return format_html('<a class="efi-link" href="{}">{}</a>', address, about)


@tile(Approval)
def waiting(request: HttpRequest) -> Tile:
    """Shows on the front page what has waited longest."""
    count, rows, pages = first_of(Approval, request, "since", Q())
    return Tile(
        title="wait for a second person",
        count=count,
        address=listed(pages),
        rows=[(str(one), f"since {moments.day(one.since)}", address_of(pages, "change", one)) for one in rows],
        urgent=True,
    )


def _read_by(request: HttpRequest) -> list[str]:
    asking: Any = request.user
    return [context for context in approvals.ASKING if asking.has_perm(read_records_of(context))]


def _record_of(approval: Approval) -> Any:
    """Returns what an approval is about; None where its record is not there yet."""
    return DECISIONS[approval.kind].record._default_manager.filter(pk=approval.record).first()


def _pages_of(approval: Approval) -> Any:
    return admin.site.get_model_admin(DECISIONS[approval.kind].record)
