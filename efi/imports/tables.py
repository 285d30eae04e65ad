"""Tables with a header: their rows one after the other, and what is wrong with any of their lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import cached_property

from efi.domain.texts import unguarded, with_plain_line_ends

LONGEST_SHOWN = 40
NONE = "NONE"
"""The text of a cell that clears its field; one that is empty says nothing."""
TRUE = frozenset(("true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar"))
FALSE = frozenset(("false", "falsch", "faux", "falso", "onwaar"))
"""As spreadsheets write them in English, German, French, Spanish, Portuguese, Italian and Dutch."""
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,10})?")
COMMA_NUMBER = re.compile(r"-?([0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,12}),[0-9]{1,2}")
"""A decimal comma; before three digits it could as well be one of thousands."""


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
    within: tuple[int, ...] = ()
    """The lines behind its first that are inside its quotes, but for blank ones."""
    no_texts: Mapping[int, str] = field(default_factory=dict)
    """What cells hold that no text can stand for, such as a date, by their place from 1 on."""


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
        self._width = 0
        self._noted: set[int] = set()

    @cached_property
    def rows(self) -> "list[Row]":
        """Returns all rows, and keeps them; of those that must be unique, a second one is noted."""
        rows = list(self)
        for row in rows:
            self.take_once(row)
        return rows

    def take_problems(self) -> list[Problem]:
        """Returns what was noted since it was last asked for, by line."""
        taken, self.problems = sorted(self.problems, key=lambda problem: problem.line), []
        self._noted.clear()
        return taken

    def note(self, line: int, reason: str) -> None:
        self._noted.add(line)
        self.problems.append(Problem(file=self.file, line=line, reason=reason))

    def is_noted(self, line: int) -> bool:
        """Tells whether something was noted of a line since it was last asked for."""
        return line in self._noted

    def __iter__(self) -> "Iterator[Row]":
        """Reads the rows once. A header that cannot be read ends the file."""
        for record in self._records:
            if record.lost:
                self._lost(record, record.lost)
            elif not self.header:
                self._take_header(record.line, record.cells)
            elif any(record.cells[self._width :]) or len(record.cells) < self._width:
                self._lost(record, f"has {len(record.cells)} cells, the header has {self._width}")
            else:
                yield self._row(record)
            if not self.header:
                return
        if not self.header:
            self._lost(Record(line=0), "has no header row")

    def _row(self, record: Record) -> "Row":
        named, cells = zip(self._names, record.cells, strict=False), dict[str, str]()
        for place, (name, text) in enumerate(named, 1):
            if name and place in record.no_texts:
                cells[name] = ""
                self.note(record.line, f"{name} is {record.no_texts[place]}, where a text or a number is asked for")
            elif name:
                cells[name] = unguarded(with_plain_line_ends(text))
            elif text:
                self.note(record.line, f"column {place} has no name, and holds {shown(text)}")
        no_texts = {name for place, name in enumerate(self._names, 1) if place in record.no_texts}
        said = {name for name, text in cells.items() if text}
        cells |= {name: "" for name in said if cells[name] == NONE}
        return Row(table=self, line=record.line, cells=cells, said=frozenset(said), no_texts=frozenset(no_texts))

    def take_once(self, row: "Row") -> None:
        """Notes a row whose text is another's already where it must be unique."""
        text = row.cells.get(self.columns.unique, "")
        if text and (first := self._first.setdefault(text, row.line)) != row.line:
            row.note(f"{self.columns.unique} {shown(text)} is already in line {first}")

    def _lost(self, record: Record, reason: str) -> None:
        self.whole = False
        self.note(record.line, reason)
        for line in record.within:
            self.note(line, f"is inside the quotes of line {record.line}")

    def _take_header(self, line: int, names: list[str]) -> None:
        while names and not names[-1]:
            names.pop()
        self._names, self._width, self.header_line = names, len(names), line
        self.header = cells = [name for name in names if name]
        for column in self.columns.required:
            if column not in cells:
                self._lost(Record(line=line), f'column "{column}" is missing')
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
    said: frozenset[str]
    """Columns whose cells are not empty; those that clear their fields have no text here."""
    no_texts: frozenset[str] = frozenset()
    """Columns of whose cells it was noted already that they are no texts."""

    @property
    def is_bad(self) -> bool:
        """Tells whether something was noted of it: what its cells say together then means nothing."""
        return self.table.is_noted(self.line)

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

    def truth(self, column: str) -> bool:
        """Returns what TRUE or FALSE in a cell says, in whatever case."""
        said = self.cells.get(column, "").casefold()
        if said not in TRUE | FALSE:
            self.broken(column, "must be TRUE or FALSE")
        return said in TRUE

    def number(self, column: str) -> Decimal | None:
        """Returns a number with a decimal point or comma, or None where the cell holds none."""
        text = self.cells.get(column, "")
        if COMMA_NUMBER.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
        return Decimal(text) if NUMBER.fullmatch(text) else None

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
        elif column in self.cells and column not in self.no_texts:
            self.note(f"{column} is empty")


def shown(text: str) -> str:
    """Returns a cell as messages show it: in quotes, shortened, and harmless on a terminal."""
    short = shortened(text, LONGEST_SHOWN)
    return '"' + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short) + '"'


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
