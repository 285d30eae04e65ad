"""Fields that refer to records: a choice of all if there are few, or else of those that a search finds."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from unfold import widgets

from efi.reading.records import Record

FEW = 300
A_PAGE = 20
MOST_PAGES = 500
REFERRED: dict[str, type[Record]] = {}


def refers(model: type[Record], *names: str) -> None:
    """Registers the kind of record that members of these names refer to, in any command.

    Raises `ValueError` for a name that is registered already.
    """
    if taken := REFERRED.keys() & names:
        raise ValueError(f"what {', '.join(sorted(taken))} refers to is registered already")
    REFERRED.update(dict.fromkeys(names, model))


def referred_to(name: str) -> type[Record] | None:
    return REFERRED.get(name)


def called(model: type[Record], keys: list[str]) -> list[tuple[str, str]]:
    """Returns the names of records by their ids; an id without a record stands for itself."""
    found = model._default_manager.in_bulk(keys)
    return [(key, str(found.get(key, key))) for key in keys]


def may_read(request: HttpRequest, model: type[Record]) -> bool:
    """Tells whether somebody may read the records of one kind: those of its context."""
    pages: Any = admin.site.get_model_admin(model)
    return bool(pages.has_view_permission(request))


class Reference(forms.Field):
    """A field that names records of one kind; whether they exist is for the command to check."""

    several = False

    def __init__(self, *, model: type[Record], **about: Any) -> None:
        self.model, self.are_few = model, True
        kind = widgets.UnfoldAdminSelect2MultipleWidget if self.several else widgets.UnfoldAdminSelect2Widget
        super().__init__(widget=kind(), **about)

    def offer(self, request: HttpRequest) -> None:
        """Fills the choices with what the person asking may choose from, or says where it is found."""
        rows = _matching(request, self.model, "")
        self.are_few = rows.count() <= FEW
        if not self.are_few:
            self.widget.attrs["data-ajax--url"] = reverse("admin:found", args=[self.model._meta.model_name])
        else:
            empty = [] if self.several else [("", "-")]
            self.widget.choices = [*empty, *((str(one.pk), str(one)) for one in rows[0:FEW])]

    def id_of(self, value: Any) -> str:
        """Returns the id that was chosen; raises `ValidationError` for what is none."""
        try:
            return str(UUID(str(value)))
        except ValueError as error:
            raise ValidationError(f"choose among the {self.model._meta.verbose_name_plural}") from error

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        if not self.are_few:
            value = bound.value() or []
            keys = [str(one) for one in (value if self.several else [value])] if value else []
            self.widget.choices = [("", ""), *called(self.model, keys)]
        return bound


class One(Reference):
    """A field that names one record."""

    def to_python(self, value: Any) -> Any:
        return self.id_of(value) if value else ""


class Several(Reference):
    """A field that names any number of records."""

    several = True

    def to_python(self, value: Any) -> Any:
        return [self.id_of(one) for one in value or ()]


def found(request: HttpRequest, model_name: str) -> JsonResponse:
    """Answers with the records that match what has been typed, a page at a time."""
    models = {str(one._meta.model_name): one for one in REFERRED.values()}
    if model_name not in models:
        raise Http404
    if not may_read(request, models[model_name]):
        raise PermissionDenied
    page = request.GET.get("page", "1")
    begin = (int(page) - 1 if page.isdecimal() and 0 < int(page) <= MOST_PAGES else 0) * A_PAGE
    rows = _matching(request, models[model_name], request.GET.get("term", ""))[begin : begin + A_PAGE + 1]
    shown = [{"id": row.pk, "text": str(row)} for row in rows[:A_PAGE]]
    return JsonResponse({"results": shown, "pagination": {"more": len(rows) > A_PAGE}})


def _matching(request: HttpRequest, model: type[Record], search: str) -> Any:
    """Returns the records that a search finds, as the kind's own pages order them."""
    pages: Any = admin.site.get_model_admin(model)
    return pages.found(request, search)
