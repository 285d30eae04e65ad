"""A list of records, all its pages, as a CSV or XLSX file."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell

from efi.domain.texts import guarded
from efi.domain.values import BARBADOS

BATCH = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOMENT = 'yyyy-mm-dd hh:mm:ss "(Barbados)"'
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold: https://www.w3.org/TR/xml/#charsets."""
Cells = Sequence[object]


@dataclass(frozen=True, kw_only=True)
class Export:
    """The columns of a kind of record, and the rows of some."""

    columns: Sequence[str]
    rows: Callable[[Sequence[Any]], Iterable[Cells]]


EXPORTS: dict[type[Model], Export] = {}


def plain(kind: type[Model]) -> Export:
    """Makes an export with every field of a record; a field that refers to another record shows its name."""
    names = [field.name for field in kind._meta.concrete_fields]
    return Export(columns=names, rows=lambda records: ([getattr(one, name) for name in names] for one in records))


def export(site: Any, request: HttpRequest, model_name: str, form: str) -> HttpResponseBase:
    """Answers with the file of a list that is filtered, searched and ordered as the address says.

    Raises `PermissionDenied` for those who may not see the list.
    """
    lists = [pages for pages in site._registry.values() if hasattr(pages, "listing")]
    found = [pages for pages in lists if pages.opts.model_name == model_name]
    if form not in FORMS or not found:
        raise Http404(f"there is no export of {model_name} as {form}")
    pages = found[0]
    if not pages.has_view_permission(request):
        raise PermissionDenied("not allowed to read records")
    pages.note_taken_out(request)
    kind = EXPORTS.get(pages.model) or plain(pages.model)
    rows = chain.from_iterable(map(kind.rows, _batches(pages, request)))
    response = FORMS[form](chain([kind.columns], rows))
    response["Content-Disposition"] = f'attachment; filename="{pages.opts.verbose_name_plural}.{form}"'
    return response


def _batches(pages: Any, request: HttpRequest) -> Iterator[list[Any]]:
    """Yields records by batches; one that moves within the list meanwhile comes once all the same."""
    try:
        wanted = pages.get_changelist_instance(request).queryset
    except IncorrectLookupParameters as error:
        raise Http404("there is no such list") from error
    found = pages.rows(request, wanted, request.GET.get(SEARCH_VAR, ""))
    seen: set[str] = set()
    first = 0
    while batch := found[first : first + BATCH]:
        yield [record for record in batch if record.pk not in seen]
        seen.update(record.pk for record in batch)
        first += BATCH


class Echo:
    """A file that returns what is written to it, so that rows can be streamed."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[Cells]) -> HttpResponseBase:
    """Writes CSV with a byte order mark, without which spreadsheets assume another encoding than UTF-8."""
    writer = csv.writer(Echo())
    lines = (writer.writerow([guarded(_text(cell)) for cell in cells]) for cells in rows)
    return StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")


def _xlsx(rows: Iterable[Cells]) -> HttpResponseBase:
    """Writes the rows to a temporary file one by one, so that no more than one is held in memory."""
    book, file = Workbook(write_only=True), TemporaryFile()  # noqa: SIM115 - the response closes it
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append([_cell(sheet, cell) for cell in cells])
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


def _cell(sheet: Any, value: object) -> object:
    """Returns a value as a spreadsheet holds it: numbers, truths and days as such, moments by the clock of Barbados."""
    match value:
        case bool() | int() | float():
            return value
        case Decimal():
            return _formatted(sheet, value, f"{0:.{max(0, -int(value.as_tuple().exponent))}f}")
        case datetime():
            return _formatted(sheet, value.astimezone(BARBADOS).replace(tzinfo=None), MOMENT)
        case date():
            return value
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", guarded(_text(value)))


def _formatted(sheet: Any, value: object, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell
