"""The pages of records: the list, the record, and the commands on it. Only commands change what they show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.http import urlencode
from pymongo.collection import Collection
from unfold.admin import ModelAdmin

from efi.http.permissions import has_permission_for, read_records_of
from efi.log.mongo import Document
from efi.reading import generations
from efi.reading.records import Listing
from efi.staff.accounts import names_of
from efi.staff.commands import bulk, page
from efi.staff.commands.page import address_of
from efi.staff.commands.verbs import Told, Verb
from efi.staff.decisions import waiting_on
from efi.staff.histories import Kept
from efi.staff.records import history
from efi.staff.records.lists import Found, RecordList
from efi.staff.records.rows import table_of


def never(page: Any, request: HttpRequest, obj: Any = None) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A list under filters that staff look at often, with an entry of its own in the sidebar."""

    title: str
    icon: str
    query: str


def exactly(values: Mapping[str, Iterable[object]]) -> str:
    """Returns the query of an address that filters by several values for each field."""
    return urlencode({f"{name}__exact": list(map(_as_asked, some)) for name, some in values.items()}, doseq=True)


class RecordAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Lists, finds and shows the records of one read model, and offers the verbs on them."""

    read_model: ClassVar[str]
    listing: ClassVar[Listing]
    context: ClassVar[str] = ""
    """Whose records one may read who sees these; where nothing is said, those of their app."""
    section: ClassVar[str]
    """The heading in the sidebar under which its list stands."""
    icon: ClassVar[str] = "list"
    shortcuts: ClassVar[tuple[Shortcut, ...]] = ()
    verbs: ClassVar[tuple[Verb, ...]] = ()
    second_line: ClassVar[tuple[str, ...]] = ()
    """The columns that a phone shows below those that lead to the record; by default the first three."""
    figure: ClassVar[str] = ""
    """The column that a phone shows beside those that lead to the record."""
    people: ClassVar[tuple[str, ...]] = ()
    """Fields that hold an actor, shown by name."""
    search_fields = ("terms",)
    search_help_text = "Beginnings of words of names, codes, numbers, in any order"
    list_select_related: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    list_max_show_all = 0
    list_disable_select_all = True
    list_fullwidth = True
    sheet: ClassVar[str] = ""
    """The template that a record's page shows instead of a plain list of fields."""
    change_list_template = "efi/records.html"
    change_form_template = "efi/record.html"
    list_before_template = "efi/buttons.html"
    change_form_outer_before_template = "efi/around.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_after_template = "efi/files.html"

    @property
    def documents(self) -> Collection[Document]:
        return generations.live(self.read_model).stored

    def ids_of(self, record: Any) -> Mapping[str, object]:
        """Returns the members of a command that a record settles, by their names."""
        return {f"{self.opts.model_name}_id": record.pk}

    def kept(self, record: Any) -> tuple[Kept, ...]:
        """Returns the streams of the log that hold the record; the first is the one that its commands change."""
        return ()

    def names_around(self, record: Any) -> Mapping[str, str]:
        """Returns names for ids in its history that belong to no record."""
        return {}

    def found(self, request: HttpRequest, search: str) -> Found:
        """Returns all records that a search finds, in the default order of the list."""
        return self.rows(request, self.get_queryset(request).order_by(*self.ordering), search)

    def rows(self, request: HttpRequest, wanted: QuerySet[Any], search: str) -> Found:
        """Returns the rows of a list, each as the person asking may see it."""
        return Found(self, wanted, search, partial(self.as_seen, request))

    def as_seen(self, request: HttpRequest, records: list[Any]) -> list[Any]:
        """Returns records as the person asking may see them, with the names of people."""
        return self.with_names(records)

    def must_show_its_past(self, request: HttpRequest, record: Any) -> None:
        """Raises `PermissionDenied` for those who may see a record and not what it was."""

    def must_be_seen(self, request: HttpRequest) -> None:
        """Raises `PermissionDenied` for those who may not read records."""
        if not self.has_view_permission(request):
            raise PermissionDenied

    def note_taken_out(self, request: HttpRequest) -> None:
        """Notes, where that is kept, that somebody takes a list out as a file; by default it is not."""

    def record_at(self, request: HttpRequest, object_id: str) -> Any:
        """Returns a record; raises `PermissionDenied`, or `Http404` if there is none."""
        self.must_be_seen(request)
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(f"there is no such {self.opts.verbose_name}")
        return record

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        return self.as_seen(request, [record])[0] if record else None

    def with_names(self, records: list[Any]) -> list[Any]:
        """Replaces the actors in `people` by their names, and returns the records."""
        if self.people:
            names = names_of({str(getattr(record, field)) for record in records for field in self.people})
            for record in records:
                for field in self.people:
                    setattr(record, field, names[str(getattr(record, field))])
        return records

    def offered(self, request: HttpRequest, *, new: bool) -> list[Verb]:
        """Returns the verbs that the person asking may give."""
        return [verb for verb in self.verbs if verb.new == new and has_permission_for(request.user, verb.command)]

    def besides(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns buttons above the list that are not of a command, with `title`, `icon` and `link`."""
        return []

    def get_urls(self) -> list[URLPattern]:
        opts, wrap = f"{self.opts.app_label}_{self.opts.model_name}", self.for_staff
        return [
            path("give/<slug:name>/", wrap(page.give_on_list), name=f"{opts}_give_new"),
            path("give-many/<slug:name>/", wrap(bulk.give_on_many), name=f"{opts}_give_many"),
            path("<path:object_id>/give/<slug:name>/", wrap(page.give_on_record), name=f"{opts}_give"),
            path("<path:object_id>/as-of/<int:version>/", wrap(history.as_of), name=f"{opts}_as_of"),
            path("<path:object_id>/document/", wrap(history.documents), name=f"{opts}_document"),
            *super().get_urls(),
        ]

    def for_staff(self, view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        """Wraps a view so that it gets these pages and asks for a sign-in; it checks permissions itself."""

        def with_pages(request: HttpRequest, **parts: Any) -> HttpResponse:
            return view(self, request, **parts)

        return self.admin_site.admin_view(with_pages)  # type: ignore[no-any-return]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        adding = [verb for verb in self.verbs if verb.new][:1]
        if not adding:
            raise PermissionDenied
        return page.give_on_list(self, request, adding[0].name)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history.history(self, request, object_id)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        if "cl" in (context := getattr(response, "context_data", None) or {}):
            offered = self.offered(request, new=True)
            new = [_button(verb, address_of(self, "give_new", None, verb.name)) for verb in offered]
            context["front"] = [*new, *self.besides(request)]
            context["has_add_permission"] = False  # its button says no more than "+"
            context |= table_of(self, context["cl"])
        return response

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **how: Any) -> HttpResponse:
        record = context["original"]
        context |= {
            **self.around(request, record, "record"),
            "note": self.note(record),
            "waiting": waiting_on(record),
        }
        context |= {"sheet": self.sheet, **self.at_a_glance(record)}
        response: Any = super().render_change_form(request, context, *args, **how)
        response.context_data["has_add_permission"] = False
        return response  # type: ignore[no-any-return]

    def around(self, request: HttpRequest, record: Any, here: str) -> dict[str, Any]:
        """Returns what stands above each page of a record: its tabs, and the verbs that can be given."""
        offered = [verb for verb in self.offered(request, new=False) if verb.is_for(record, request.user)]
        front, more = ([verb for verb in offered if verb.aside == aside] for aside in (False, True))
        buttons = {
            name: [_button(verb, address_of(self, "give", record, verb.name)) for verb in verbs]
            for name, verbs in (("front", front), ("more", more))
        }
        return {**buttons, "tabs": history.tabs(self, record, here), "pictured": self.pictured(record)}

    def at_a_glance(self, record: Any) -> Mapping[str, Any]:
        """Returns what the template of the record's page needs besides the record."""
        return {}

    def note(self, record: Any) -> str:
        """Returns what is to be known of a record first, such as why it is held; "" where nothing is."""
        return ""

    def in_hand(self, record: Any, verb: Verb) -> Told:
        """Returns what a verb's form says of the record, so that nobody takes another for it."""
        return ()

    def pictured(self, record: Any) -> str:
        """Returns the picture that is shown before the record's name."""
        return ""

    def get_list_display(self, request: HttpRequest) -> Any:
        in_row = [(verb, verb.in_row) for verb in self.offered(request, new=False) if verb.in_row]

        @admin.display(description="next step")
        def next_step(record: Any) -> str:
            steps = [verb for verb, where in in_row if where(record) and verb.is_for(record, request.user)]
            links = [(address_of(self, "give", record, verb.name), verb.words) for verb in steps]
            return format_html_join(" ", '<a class="efi-step" href="{}">{}</a>', links)

        return (*self.list_display, next_step) if in_row else self.list_display

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        offered = [verb for verb in self.offered(request, new=False) if verb.bulk]
        return {verb.name: (bulk.begin(verb), verb.name, verb.words) for verb in offered}

    def get_changelist(self, request: HttpRequest, **how: Any) -> type[ChangeList]:
        return RecordList

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **how: Any) -> Any:
        found: Any = self.rows(request, queryset, request.GET.get(SEARCH_VAR, ""))
        return Paginator(found, per_page)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset, False

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return [shown for shown in self.list_display if self.column_of(shown) in self.listing.sorts]

    def column_of(self, shown: Any) -> str:
        """Returns the name by which a column is sorted; "" for the column of next steps, which is a function."""
        return str(getattr(getattr(self, shown, None), "admin_order_field", shown)) if isinstance(shown, str) else ""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        name = lookup.removesuffix("__exact")
        values = self.listing.closed.get(name)
        return name in self.listing.open or (values is not None and value in map(_as_asked, values))

    def has_module_permission(self, request: HttpRequest) -> bool:
        asking: Any = request.user
        return bool(asking.has_perm(read_records_of(self.context or self.opts.app_label)))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Returns whether the person asking may give the first verb that makes a record."""
        adding = [verb for verb in self.verbs if verb.new][:1]
        return self.has_view_permission(request) and any(
            has_permission_for(request.user, verb.command) for verb in adding
        )

    has_change_permission = has_delete_permission = never

    def _no_save(self, *args: Any, **how: Any) -> Any:
        raise PermissionDenied("only commands change what records show")

    save_form = save_model = save_related = save_formset = delete_model = delete_queryset = _no_save
    log_addition = log_change = log_deletions = _no_save


def _button(verb: Verb, address: str) -> dict[str, Any]:
    return {"title": verb.words, "icon": verb.icon, "link": address, "grave": verb.grave}


def _as_asked(value: object) -> str:
    """Returns a value as it stands in an address."""
    return str(int(value) if isinstance(value, bool) else value)
