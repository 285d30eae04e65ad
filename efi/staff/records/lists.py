"""Lists of records: each page is a short range of one index, or of the first records that a search finds."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from efi.domain.texts import words_in
from efi.log.mongo import Document

MOST_LISTED = 10_000
"""Rows that the pages of a list reach; others are reached by another order, a filter or a search."""
MOST_FOUND = 1_000
"""Rows that the pages of a search reach: the first that have all its words and pass its filters."""


class Many(int):
    """A count that stopped at this number, and is shown with a plus."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class Found:
    """The rows of a list for Django's paginator: their ids from one range of an index, then the rows by their ids."""

    def __init__(
        self, records: Any, wanted: QuerySet[Any], search: str, seen: Callable[[list[Any]], list[Any]] | None = None
    ) -> None:
        """Takes in `seen` what returns records as whoever asks may see them; by default with the names of people."""
        self.records, self.wanted, self.words = records, wanted, sorted(words_in(search), key=len, reverse=True)
        self.seen = seen or records.with_names
        match = wanted.query.get_compiler(wanted.db).build_query().match_mql
        self.where: Document = {}
        for name, value in (condition for step in match.get("$and", [match]) for condition in step.items()):
            if name in self.where:
                self.where.setdefault("$and", []).append({name: value})
            else:
                self.where[name] = value

    def count(self) -> int:
        most = MOST_FOUND if self.words else MOST_LISTED
        counted = self._ask(next(iter(self.records.listing.sorts)), {"$limit": most + 1}, {"$count": "rows"})
        rows = sum(each["rows"] for each in counted)
        return Many(most) if rows > most else rows

    def __getitem__(self, rows: slice) -> Any:
        first = str(self.wanted.query.order_by[0])
        column, direction = first.lstrip("-"), -1 if first.startswith("-") else 1
        order = {"$sort": dict.fromkeys((*self.records.listing.sorts[column], "_id"), direction)}
        cut = {"$skip": rows.start}, {"$limit": rows.stop - rows.start}, {"$project": {"_id": 1}}
        ids = [each["_id"] for each in self._ask(column, order, *cut)]
        found = self.records.model.objects.select_related(*self.records.list_select_related).in_bulk(ids)
        return self.seen([found[identity] for identity in ids if identity in found])

    def _ask(self, column: str, *cut: Document) -> list[Document]:
        """Finds rows; of several words MongoDB tries each and begins with the one that fewest have."""
        listing, documents = self.records.listing, self.records.documents
        match = {**{name: {"$in": list(values)} for name, values in listing.closed.items()}, **self.where}
        if not self.words:
            return list(documents.aggregate([{"$match": match}, *cut], hint=dict(listing.index(column, self.where))))
        has_all = [{"terms": {"$elemMatch": _begins(word)}} for word in self.words]
        found: list[Document] = [{"$match": {"$and": [*has_all, match]}}, {"$limit": MOST_FOUND + 1}]
        return list(documents.aggregate([*found, *cut], hint={"terms": 1}))


def _begins(word: str) -> Document:
    return {"$gte": word, "$lt": word + "\U0010ffff"}


class RecordList(ChangeList):  # type: ignore[misc] # unfold has no types
    """A list that does not query rows through the ORM, which would sort all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.object_list[0 : self.list_per_page]
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count

    def get_ordering_field(self, field_name: Any) -> Any:
        column = self.model_admin.column_of(field_name)
        return column if column in self.model_admin.listing.sorts else None


class Values(admin.AllValuesFieldListFilter):
    """A filter by the values that a field has; there must be few of them."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, records: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, records, field_path)
        self.lookup_choices = records.documents.distinct(field_path)
