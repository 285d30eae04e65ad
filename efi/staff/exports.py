"""What a list of records shows, all its pages, as a CSV or an XLSX file."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from efi.domain.texts import guarded
from efi.staff.record_lists import Found

AT_ONCE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Sequence[object]


@dataclass(frozen=True, kw_only=True)
class Export:
    """The columns of a kind of record, and the rows of some."""

    columns: Sequence[str]
    rows: Callable[[Sequence[Any]], Iterable[Cells]]


EXPORTS: dict[type[Model], Export] = {}


def plain(kind: type[Model]) -> Export:
    """Each field as it is; of another record, what that is called."""
    names = [field.name for field in kind._meta.concrete_fields]
    return Export(columns=names, rows=lambda records: ([getattr(one, name) for name in names] for one in records))


def export(site: Any, request: HttpRequest, model_name: str, form: str) -> HttpResponseBase:
    """For whoever may see the list; filtered, searched and ordered as its address says."""
    found = [pages for pages in site._registry.values() if pages.opts.model_name == model_name]
    if form not in FORMS or not any(hasattr(pages, "listing") for pages in found):
        raise Http404(f"there is no export of {model_name} as {form}")
    pages = found[0]
    if not pages.has_view_permission(request):
        raise PermissionDenied("not allowed to read records")
    kind = EXPORTS.get(pages.model) or plain(pages.model)
    rows = chain.from_iterable(map(kind.rows, _batches(pages, request)))
    response = FORMS[form](chain([kind.columns], rows))
    response["Content-Disposition"] = f'attachment; filename="{pages.opts.verbose_name_plural}.{form}"'
    return response


def _batches(pages: Any, request: HttpRequest) -> Iterator[list[Any]]:
    """A record that moves in the list meanwhile comes once all the same."""
    try:
        wanted = pages.get_changelist_instance(request).queryset
    except IncorrectLookupParameters as error:
        raise Http404("there is no such list") from error
    found = Found(pages, wanted, request.GET.get(SEARCH_VAR, ""))
    seen: set[str] = set()
    first = 0
    while batch := found[first : first + AT_ONCE]:
        yield [record for record in batch if record.pk not in seen]
        seen.update(record.pk for record in batch)
        first += AT_ONCE


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[Cells]) -> HttpResponseBase:
    """With a byte order mark, or spreadsheets take it for another encoding."""
    writer = csv.writer(Echo())
    lines = (writer.writerow([guarded(_text(cell)) for cell in cells]) for cells in rows)
    return StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")


def _xlsx(rows: Iterable[Cells]) -> HttpResponseBase:
    """Written to the disk row by row; nothing of it is held."""
    book, file = Workbook(write_only=True), TemporaryFile()  # noqa: SIM115 - the response closes it
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append([_cell(cell) for cell in cells])
    book.save(file)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)


FORMS: dict[str, Callable[[Iterable[Cells]], HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(timespec="seconds")
    return str(value)


def _cell(value: object) -> object:
    """A spreadsheet knows no time zones, and not every character."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return re.sub(ILLEGAL_CHARACTERS_RE, "\N{REPLACEMENT CHARACTER}", guarded(_text(value)))
