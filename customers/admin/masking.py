"""Pages whose records hold what is personal: it is masked for those who may not see it."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from customers.admin.looks import note_a_look, note_an_export
from customers.grants import SEE_PERSONAL
from efi.staff.commands.verbs import Verb
from efi.staff.records.lists import Found
from efi.staff.records.pages import RecordAdmin
from efi.writing.commands import Command

HIDDEN = "•••"


def sees_personal(request: HttpRequest) -> bool:
    """Tells whether the person asking may see what is personal of customers."""
    asking: Any = request.user
    return bool(asking.has_perm(SEE_PERSONAL))


class PersonalRecordAdmin(RecordAdmin):
    """Records of people. Whoever may not see what is personal finds nobody by it either, and not what they were."""

    personal: ClassVar[tuple[str, ...]] = ()
    """The fields that are masked."""
    impersonal: ClassVar[frozenset[type[Command]]] = frozenset()
    """The commands whose forms show nothing personal."""

    def as_seen(self, request: HttpRequest, records: list[Any]) -> list[Any]:
        allowed = sees_personal(request)
        for record in super().as_seen(request, records):
            record.seen = allowed
            for name in () if allowed else self.personal:
                setattr(record, name, _masked(getattr(record, name)))
        return records

    def rows(self, request: HttpRequest, wanted: QuerySet[Any], search: str) -> Found:
        return super().rows(request, wanted, search if sees_personal(request) else "")

    def get_search_fields(self, request: HttpRequest) -> Any:
        return super().get_search_fields(request) if sees_personal(request) else ()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        if record and record.seen:
            note_a_look(request, self.whom(record))
        return record

    def note_taken_out(self, request: HttpRequest) -> None:
        if sees_personal(request):
            note_an_export(request)

    def whom(self, record: Any) -> str:
        """Returns the id of the customer whom a record is about."""
        return str(record.pk)

    def must_show_its_past(self, request: HttpRequest, record: Any) -> None:
        if not sees_personal(request):
            raise PermissionDenied("not allowed to see what is personal")
        note_a_look(request, self.whom(record))

    def offered(self, request: HttpRequest, *, new: bool) -> list[Verb]:
        allowed = sees_personal(request)
        return [verb for verb in super().offered(request, new=new) if allowed or verb.command in self.impersonal]

    def around(self, request: HttpRequest, record: Any, here: str) -> dict[str, Any]:
        shown = super().around(request, record, here)
        return shown if sees_personal(request) else {**shown, "tabs": shown["tabs"][:1]}


def _masked(value: object) -> object:
    """Returns what is shown instead of something personal: of several things none."""
    return [] if isinstance(value, list) else HIDDEN if value else None
