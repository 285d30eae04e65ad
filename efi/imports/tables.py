"""Tables with a header: their rows one after the other, and what is wrong with any of their lines."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.functional import cached_property

from efi.domain.texts import unguarded

LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with one line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Record:
    """The cells of a row and its first line, or why a line belongs to no row."""

    line: int
    cells: list[str] = field(default_factory=list)
    lost: str = ""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns a table must have and may have, and what holds between its rows."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unique: str
    """The column of which no two rows may have the same text."""
    together: tuple[tuple[str, ...], ...] = ()
    """Columns of which a table has all or none."""


class Table:
    """A file of rows. It is `whole` while it has every required column and each line that was read belongs to a row."""

    def __init__(self, file: str, records: Iterable[Record], columns: Columns) -> None:
        self.file, self.columns = file, columns
        self.header: list[str] = []
        self.header_line = 1
        self.problems: list[Problem] = []
        self.whole = True
        self._records = records
        self._first: dict[str, int] = {}

    @cached_property
    def rows(self) -> "list[Row]":
        """Returns all rows, and keeps them."""
        return list(self)

    def take_problems(self) -> list[Problem]:
        """Returns what was noted since it was last asked for, by line."""
        taken, self.problems = sorted(self.problems, key=lambda problem: problem.line), []
        return taken

    def note(self, line: int, reason: str) -> None:
        self.problems.append(Problem(file=self.file, line=line, reason=reason))

    def __iter__(self) -> "Iterator[Row]":
        """Reads the rows once. A header that cannot be read ends the file."""
        for record in self._records:
            if record.lost:
                self._lost(record.line, record.lost)
            elif not self.header:
                self._take_header(record.line, record.cells)
            elif len(record.cells) != len(self.header):
                self._lost(record.line, f"has {len(record.cells)} cells, the header has {len(self.header)}")
            else:
                cells = map(unguarded, record.cells)
                yield self._once(Row(table=self, line=record.line, cells=dict(zip(self.header, cells, strict=True))))
            if not self.header:
                return
        if not self.header:
            self._lost(0, "has no header row")

    def _once(self, row: "Row") -> "Row":
        text = row.cells.get(self.columns.unique, "")
        if text and (first := self._first.setdefault(text, row.line)) != row.line:
            row.note(f"{self.columns.unique} {shown(text)} is already in line {first}")
        return row

    def _lost(self, line: int, reason: str) -> None:
        self.whole = False
        self.note(line, reason)

    def _take_header(self, line: int, cells: list[str]) -> None:
        self.header, self.header_line = cells, line
        for column in self.columns.required:
            if column not in cells:
                self._lost(line, f'column "{column}" is missing')
        for column in dict.fromkeys(cells):
            if column not in self.columns.required + self.columns.optional:
                self.note(line, f"column {shown(column)} is not known")
            elif cells.count(column) > 1:
                self.note(line, f'column "{column}" is there {cells.count(column)} times')
        for group in self.columns.together:
            if 0 < len({*group}.intersection(cells)) < len(group):
                named = " and ".join(f'"{column}"' for column in group)
                self.note(line, f"columns {named} go together")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record. A cell that breaks its rule is noted, and what is returned for it means nothing."""

    table: Table
    line: int
    cells: Mapping[str, str]

    def note(self, reason: str) -> None:
        self.table.note(self.line, reason)

    def text(self, column: str, *, longest: int, required: bool = True) -> str:
        text = self.cells.get(column, "")
        if required and not text:
            self.broken(column, "")
        if len(text) > longest:
            self.note(f"{column} has {len(text)} characters, {longest} is the most")
        return text

    def matching(self, column: str, pattern: re.Pattern[str], rule: str) -> str:
        """Returns the cell, or the empty text where it breaks the rule."""
        text = self.cells.get(column, "")
        if pattern.fullmatch(text):
            return text
        self.broken(column, rule)
        return ""

    def one_of(self, column: str, choices: tuple[str, ...]) -> str:
        """Returns the cell, or the first choice where it is none of them."""
        text = self.cells.get(column, "")
        if text in choices:
            return text
        self.broken(column, f"must be one of {', '.join(choices)}")
        return choices[0]

    def whole_number(self, column: str, *, least: int, most: int) -> int:
        text = self.cells.get(column, "")
        if re.fullmatch("[0-9]{1,18}", text) and least <= int(text) <= most:
            return int(text)
        self.broken(column, f"must be a whole number from {least} to {most}")
        return least

    def broken(self, column: str, rule: str) -> None:
        """Notes a cell that breaks the rule or is empty; a column that is missing was noted with the header."""
        if text := self.cells.get(column):
            self.note(f"{column} {shown(text)} {rule}")
        elif column in self.cells:
            self.note(f"{column} is empty")


class Lines:
    """The lines of a file, and the first of them that is not text."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
        self.unreadable: Record | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._text, 1):
            if reason := _unreadable(line):
                self.unreadable = self.unreadable or Record(line=number, lost=reason)
            yield line


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
    """Yields every record that is not blank. The file is held a line at a time."""
    lines = Lines(file)
    reader = csv.reader(lines, strict=True)
    while True:
        first, lines.unreadable = reader.line_num + 1, None
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Record(line=first, lost=f"is not CSV: {error}")
            continue
        if cells is None:
            return
        if lines.unreadable:
            yield lines.unreadable
        elif cells:
            yield Record(line=first, cells=[cell.strip() for cell in cells])


def shown(text: str) -> str:
    """Returns a cell as messages show it: in quotes, shortened, and harmless on a terminal."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return '"' + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short) + '"'


def _unreadable(line: str) -> str:
    """Returns why a line is not text, if it is not."""
    raw = line.encode(errors="surrogateescape")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"is not UTF-8: byte 0x{raw[error.start]:02X} at position {error.start + 1}"
    return "holds a NUL byte" if "\0" in line else ""
