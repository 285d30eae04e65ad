"""What waits for a second person: one page for all contexts."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from efi.http.permissions import read_records_of
from efi.reading import approvals
from efi.staff import moments
from efi.staff.commands.page import address_of
from efi.staff.commands.verbs import Verb
from efi.staff.decisions import DECISIONS, changes_of
from efi.staff.histories import Kept
from efi.staff.models import Approval
from efi.staff.records import exports
from efi.staff.records.pages import RecordAdmin
from efi.staff.tiles import Tile, first_of, listed, tile

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
    readonly_fields = ("what_changes", "about")
    fieldsets = ((None, {"fields": (("kind", "about"), "what_changes", "reason", ("asked_by", "since"))}),)

    @property
    def verbs(self) -> tuple[Verb, ...]:  # type: ignore[override] # of all contexts, which are installed after this
        """Returns those that say yes, then those that say no."""
        return (*(one.yes for one in DECISIONS.values()), *(one.no for one in DECISIONS.values()))

    def with_names(self, records: list[Approval]) -> list[Approval]:
        """Returns the records with the name of who asked, and keeps which actor that is."""
        for record in records:
            record.asker = record.asked_by
        named: list[Approval] = super().with_names(records)
        return named

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

    def must_show_its_past(self, request: HttpRequest, record: Approval) -> None:
        """Raises as the pages of the record do that it is about."""
        _pages_of(record).must_show_its_past(request, _record_of(record))

    @admin.display
    def what_changes(self, approval: Approval) -> str:
        return changes_of(approval)

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
