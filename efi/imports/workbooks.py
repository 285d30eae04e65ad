"""XLSX files: their rows as text, a row at a time; what would unpack to more than a trader's file is refused."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from os import SEEK_END
from typing import IO, Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

from efi.imports.tables import Record

MOST_UNPACKED = 256 * 1024 * 1024
MOST_WHOLE = 64 * 1024 * 1024
"""Bytes of what is held at once: all but the rows, which are read one by one."""
MOST_TIMES, PACKED_FREELY = 100, 4 * 1024 * 1024
"""How many times its size a part may unpack to, where it is larger than so many bytes: a table's does some tenfold."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The edges of a sheet; what is beyond them no spreadsheet has written."""
MOST_COLUMNS = 256
CARRIAGE_RETURN = "_x000D_"
"""As a workbook writes one that stands before a line feed."""


class TooLarge(Exception):
    """A file that is small only while it is packed."""


def xlsx_records(file: IO[bytes]) -> Iterator[Record]:
    """Yields every row of the first sheet that is not blank."""
    line = 0
    try:
        for record in _rows(file):
            line = record.line
            if record.cells:
                yield record
    except TooLarge as error:
        yield Record(line=0, lost=str(error))
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a malformed file makes it trip over
        yield Record(line=0, lost=f"cannot be read as an XLSX workbook behind row {line} ({type(error).__name__})")


class Sheet(WorkSheetParser):  # type: ignore[misc] # openpyxl has no types
    """The rows of a sheet as the file has them, without the rows and cells that it leaves out between them."""

    row_counter: int
    col_counter: int

    def parse_row(self, row: Any) -> tuple[int, list[Any]]:
        """Returns the number of a row and its cells; raises `TooLarge` for what is beyond the edges of a sheet."""
        told = row.get("r", "")
        number = int(float(told)) if told else self.row_counter + 1
        if number > LAST_ROW:
            raise TooLarge(f"has a row beyond {LAST_ROW:,}, the last of a sheet")
        if len(row) > LAST_COLUMN:
            raise TooLarge(f"has {len(row):,} cells in row {number:,}, and a sheet has {LAST_COLUMN:,} columns")
        self.row_counter, self.col_counter = number, 0
        return number, [self.parse_cell(cell) for cell in row]


def _rows(file: IO[bytes]) -> Iterator[Record]:
    """Yields rows, each at least as wide as the first that is not blank; of those left out there are none."""
    _must_be_small(file)
    book: Any = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    width = last = 0
    with sheet._get_source() as source:
        for number, found in Sheet(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats).parse():
            if number <= last:
                continue
            last = number
            cells = _cells(found, number)
            width = width or len(cells)
            padding = [""] * (width - len(cells)) if cells else []
            yield Record(line=number, cells=[*cells, *padding], no_texts=_no_texts(found))


def _cells(found: list[Any], number: int) -> list[str]:
    """Returns the texts of a row up to its last that is not blank, in whatever order the file has them."""
    texts = {cell["column"]: text for cell in found if (text := _text(cell["value"]))}
    width = max(texts, default=0)
    if width > MOST_COLUMNS:
        raise TooLarge(f"has a text in column {width:,} of row {number:,}: {MOST_COLUMNS} columns are the most")
    return [texts.get(column, "") for column in range(1, width + 1)]


def _no_texts(found: list[Any]) -> dict[int, str]:
    """Returns what cells hold that neither are texts nor can be told as one, by column from 1 on."""
    return {cell["column"]: said for cell in found if (said := _no_text(cell["data_type"], cell["value"]))}


def _no_text(kind: str, value: object) -> str:
    match kind, value:
        case "e", _:
            return f"the error {value}"
        case "d", date():
            return f"a date ({_text(value)})"
        case "d", time() | timedelta():
            return f"a time ({value})"
    return ""


def _must_be_small(file: IO[bytes]) -> None:
    """Raises `TooLarge` by the sizes that the file states: no more than that is ever unpacked."""
    with ZipFile(file) as packed:
        parts = packed.infolist()
    whole = file.seek(0, SEEK_END)
    for part in parts:
        if part.file_size > max(PACKED_FREELY, MOST_TIMES * min(part.compress_size, whole)):
            raise TooLarge(f"would unpack to more than {MOST_TIMES} times its size")
    rest = sum(part.file_size for part in parts if "/worksheets/" not in part.filename)
    if sum(part.file_size for part in parts) > MOST_UNPACKED or rest > MOST_WHOLE:
        raise TooLarge(
            f"would unpack to more than {MOST_UNPACKED // 1024**2} MB, or {MOST_WHOLE // 1024**2} MB of texts"
        )


def _text(value: object) -> str:
    """Returns a cell as a CSV file would have it. A number has the digits that a spreadsheet shows: 15 at most."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{Decimal(f'{value:.15g}'):f}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).replace(CARRIAGE_RETURN, "").strip()
