"""The admin: accounts, their tokens, and records, which can only be read."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from knox.models import AuthToken
from pymongo.collection import Collection

from efi import generations
from efi.models import User
from efi.mongo import Document
from efi.permissions import READ_RECORDS
from efi.records import Listing
from efi.texts import words_in

MOST = 10_000
"""Rows that a list leads to; others are reached by another order, a filter or a search."""
MOST_FOUND = 1_000
"""Rows that a search looks at: the first that its longest word finds."""

admin.site.site_url = "/api/v1/docs"
admin.site.site_title = admin.site.site_header = "Elias Food Imports"


def never(page: Any, request: HttpRequest, obj: Any = None) -> bool:
    return False


class Many(int):
    """A count that stopped."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class Found:
    """What a list shows, as Django's paginator asks for it: ids by one stretch of an index, rows by their ids."""

    def __init__(self, records: "RecordAdmin", wanted: QuerySet[Any], search: str) -> None:
        self.records, self.wanted, self.words = records, wanted, sorted(words_in(search), key=len)
        match = wanted.query.get_compiler(wanted.db).build_query().match_mql
        self.where = {name: value for step in match.get("$and", [match]) for name, value in step.items()}

    def count(self) -> int:
        most = MOST_FOUND if self.words else MOST
        counted = self._ask(next(iter(self.records.listing.sorts)), {"$limit": most + 1}, {"$count": "rows"})
        rows = sum(each["rows"] for each in counted)
        return Many(most) if rows > most else rows

    def __getitem__(self, rows: slice) -> list[Model]:
        first = str(self.wanted.query.order_by[0])
        column, direction = first.lstrip("-"), -1 if first.startswith("-") else 1
        order = {"$sort": dict.fromkeys((*self.records.listing.sorts[column], "_id"), direction)}
        cut = {"$skip": rows.start}, {"$limit": rows.stop - rows.start}, {"$project": {"_id": 1}}
        ids = [each["_id"] for each in self._ask(column, order, *cut)]
        found = self.records.model.objects.select_related(*self.records.list_select_related).in_bulk(ids)
        return [found[identity] for identity in ids if identity in found]

    def _ask(self, column: str, *cut: Document) -> list[Document]:
        listing, documents = self.records.listing, self.records.documents
        match = {"$match": {**{name: {"$in": list(values)} for name, values in listing.closed.items()}, **self.where}}
        if not self.words:
            return list(documents.aggregate([match, *cut], hint=dict(listing.index(column, self.where))))
        *others, longest = ({"$match": {"terms": {"$elemMatch": _begins(word)}}} for word in self.words)
        looked_at: list[Document] = [longest, {"$limit": MOST_FOUND + 1}]
        return list(documents.aggregate([*looked_at, *others, match, *cut], hint={"terms": 1}))


def _as_asked(value: object) -> str:
    """How an address says a value."""
    return str(int(value) if isinstance(value, bool) else value)


def _begins(word: str) -> Document:
    return {"$gte": word, "$lt": word + "\U0010ffff"}


class RecordList(ChangeList):
    """A list that never asks the ORM for its rows, which would sort all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.object_list[0 : self.list_per_page]

    def get_ordering_field(self, field_name: Any) -> Any:
        return field_name if field_name in (self.sortable_by or ()) else None


class Values(admin.AllValuesFieldListFilter):
    """A filter by the values that a field has, of which there must be few."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, records: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, records, field_path)
        self.lookup_choices = records.documents.distinct(field_path)


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # generic only in the stubs
    """Lists, finds and shows the records of one read model. Only commands change what they show."""

    read_model: ClassVar[str]
    listing: ClassVar[Listing]
    actions = None
    search_fields = ("terms",)
    search_help_text = (
        "Beginnings of words of names, codes and numbers. The longest finds up to "
        f"{MOST_FOUND:,} records, from which the others and the filters choose."
    )
    list_select_related: ClassVar[tuple[str, ...]] = ()
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @property
    def documents(self) -> Collection[Document]:
        return generations.live(self.read_model).documents

    def get_changelist(self, request: HttpRequest, **how: Any) -> type[ChangeList]:
        return RecordList

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **how: Any) -> Any:
        found: Any = Found(self, queryset, request.GET.get(SEARCH_VAR, ""))
        return Paginator(found, per_page)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset, False

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return tuple(self.listing.sorts)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        name = lookup.removesuffix("__exact")
        known = self.listing.closed.get(name)
        return name in self.listing.open or (known is not None and value in map(_as_asked, known))

    def has_module_permission(self, request: HttpRequest) -> bool:
        asking: Any = request.user
        return bool(asking.has_perm(READ_RECORDS))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_change_permission = has_delete_permission = never


class AccountForm(AdminUserCreationForm):  # type: ignore[type-arg] # generic only in the stubs
    """Opens an account."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: Mapping[str, Any] = {}


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg] # generic only in the stubs
    """Who may sign in, and in which groups they are."""

    add_form = AccountForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "last_login", "joined_at")}),
        ("What it may do", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)


admin.site.unregister(AuthToken)


@admin.register(AuthToken)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # generic only in the stubs
    """The bearer tokens in use. To delete one is to revoke it; `manage.py create_token` makes one."""

    list_display = ("user", "created", "expiry")
    fields = readonly_fields = ("user", "created", "expiry")
    list_select_related = ("user",)
    ordering = ("-created",)
    search_fields = ("user__email",)

    has_add_permission = has_change_permission = never

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AuthToken]) -> None:
        # The list is joined with the accounts, and MongoDB deletes from one collection only.
        AuthToken.objects.filter(pk__in=[token.pk for token in queryset]).delete()
