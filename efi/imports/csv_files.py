"""CSV files: their records one after the other, however a spreadsheet has written them, or why they cannot be read."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import IO

from efi.imports.tables import Record

SEPARATORS = ",;\t"
UTF_16 = b"\xff\xfe", b"\xfe\xff"
MOST_BEFORE_HEADER = 100
SAVE_AGAIN = 'save it again as "CSV UTF-8"'


def csv_at(path: Path) -> Iterator[Record]:
    """Yields the records of a file, or why it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        yield Record(line=0, lost=(error.strerror or str(error)).lower())
        return
    with file:
        yield from csv_records(file)


def csv_records(file: IO[bytes]) -> Iterator[Record]:
    """Yields every record that is not blank. The file is held a line at a time; of one in another encoding no more."""
    if file.read(2) in UTF_16:
        yield Record(line=0, lost=f"is in UTF-16, not UTF-8: {SAVE_AGAIN}")
        return
    file.seek(0)
    lines = Lines(file)
    reader = csv.reader(lines, delimiter=lines.separator, strict=True)
    while True:
        first, wrong, cells = reader.line_num + 1, "", list[str]()
        lines.taken, lines.unreadable = [], None
        try:
            found = next(reader, None)
        except csv.Error as error:
            found, wrong = [], f"is not CSV: {error}"
        if lines.unreadable:
            yield lines.unreadable
            if not lines.unreadable.line:
                return
            continue
        if found is None:
            return
        within = tuple(line for line in lines.taken if line > first)
        if wrong and within:
            wrong = f"opens a quote that is not closed: {len(within)} more lines are lost with it, up to {within[-1]}"
        cells = [cell.strip() for cell in found]
        if wrong or any(cells):
            yield Record(line=first, cells=cells, lost=wrong, within=within)


class Lines:
    """The lines of a file, and which of them were taken for the present record."""

    def __init__(self, file: IO[bytes]) -> None:
        text = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
        begun = list(islice(text, MOST_BEFORE_HEADER))
        self._text = chain(begun, text)
        header = next(filter(_says_something, begun), "")
        self.separator = max(SEPARATORS, key=header.count)
        self.taken: list[int] = []
        """Those that are not blank."""
        self.unreadable: Record | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._text, 1):
            if _says_something(line):
                self.taken.append(number)
            self.unreadable = self.unreadable or _unreadable(number, line)
            yield line


def _says_something(line: str) -> bool:
    return bool(line.strip(f"{SEPARATORS} \r\n"))


def _unreadable(number: int, line: str) -> Record | None:
    """Returns why a line is not text, if it is not: of the file as a whole where it is in another encoding."""
    raw = line.encode(errors="surrogateescape")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        where = f"byte 0x{raw[error.start]:02X} at position {error.start + 1} of line {number}"
        return Record(line=0, lost=f"is not UTF-8 ({where}): {SAVE_AGAIN}")
    return Record(line=number, lost="holds a NUL byte") if "\0" in line else None
