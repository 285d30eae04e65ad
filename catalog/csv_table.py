"""Reads a CSV file with a header into rows, and notes what is wrong with any of its lines."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with one line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class Table:
    """A CSV file. It is `whole` when it has every required column and each of its lines belongs to a row."""

    def __init__(self, path: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        self.file = path.name
        self.required, self.optional = required, optional
        self.header: list[str] = []
        self.header_line = 1
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.whole = True
        self._read(path)

    @property
    def problems_by_line(self) -> list[Problem]:
        return sorted(self.problems, key=lambda problem: problem.line)

    def note(self, line: int, reason: str) -> None:
        self.problems.append(Problem(file=self.file, line=line, reason=reason))

    def _lost(self, line: int, reason: str) -> None:
        self.whole = False
        self.note(line, reason)

    def _read(self, path: Path) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            return self._lost(0, (error.strerror or str(error)).lower())
        for line, cells in self._records(content):
            if not self.header:
                self._take_header(line, cells)
            elif len(cells) != len(self.header):
                self._lost(line, f"has {len(cells)} cells, the header has {len(self.header)}")
            else:
                self.rows.append(Row(table=self, line=line, cells=dict(zip(self.header, cells, strict=True))))
        if not self.header and not self.problems:
            self._lost(0, "has no header row")

    def _records(self, content: bytes) -> Iterator[tuple[int, list[str]]]:
        """Every record that is not blank, with its first line. A header that cannot be read ends the file."""
        lines = content.splitlines()
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""), strict=True)
        while self.header or self.whole:
            first = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                self._lost(first, f"is not CSV: {error}")
                continue
            if cells is None:
                return
            if bad := _first_unreadable(lines, first, reader.line_num):
                self._lost(*bad)
            elif cells:
                yield first, [cell.strip() for cell in cells]

    def _take_header(self, line: int, cells: list[str]) -> None:
        self.header, self.header_line = cells, line
        for column in self.required:
            if column not in cells:
                self._lost(line, f'column "{column}" is missing')
        for column in dict.fromkeys(cells):
            if column not in self.required + self.optional:
                self.note(line, f"column {shown(column)} is not known")
            elif cells.count(column) > 1:
                self.note(line, f'column "{column}" is there {cells.count(column)} times')


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
        """The empty text where the cell breaks the rule."""
        text = self.cells.get(column, "")
        if pattern.fullmatch(text):
            return text
        self.broken(column, rule)
        return ""

    def one_of(self, column: str, choices: tuple[str, ...]) -> str:
        """The first choice where the cell is none of them."""
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


def shown(text: str) -> str:
    """In quotes, shortened, and harmless on a terminal."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return '"' + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short) + '"'


def _first_unreadable(lines: list[bytes], first: int, last: int) -> tuple[int, str] | None:
    """The first line of a record that is not text, and why."""
    for number, line in enumerate(lines[first - 1 : last], first):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return number, f"is not UTF-8: byte 0x{line[error.start]:02X} at position {error.start + 1}"
        if b"\0" in line:
            return number, "holds a NUL byte"
    return None
