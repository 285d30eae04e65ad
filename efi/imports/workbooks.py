"""XLSX files: their rows as text, a row at a time; what would unpack to more than a trader's file is refused."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from zipfile import ZipFile

from openpyxl import load_workbook

from efi.imports.tables import Record

MOST_UNPACKED = 256 * 1024 * 1024
MOST_WHOLE = 64 * 1024 * 1024
"""Bytes of what is held at once: all but the rows, which are read one by one."""


class TooLarge(Exception):
    """A file that is small only while it is packed."""


def xlsx_records(file: IO[bytes]) -> Iterator[Record]:
    """Yields every row of the first sheet that is not blank."""
    line = 0
    try:
        for line, cells in enumerate(_rows(file), 1):
            if cells:
                yield Record(line=line, cells=cells)
    except TooLarge as error:
        yield Record(line=0, lost=str(error))
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a malformed file makes it trip over
        yield Record(line=0, lost=f"cannot be read as an XLSX workbook behind row {line} ({type(error).__name__})")


def _rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Yields all rows, each as wide as the first that is not blank."""
    _must_be_small(file)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    width = 0
    for values in sheet.iter_rows(values_only=True):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield [*cells, *[""] * (width - len(cells))] if cells else []


def _must_be_small(file: IO[bytes]) -> None:
    """Raises `TooLarge` by the sizes that the file states: no more than that is ever unpacked."""
    with ZipFile(file) as packed:
        parts = packed.infolist()
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
        case date() | time():
            return value.isoformat()
    return str(value).strip()
