"""Reads a file, CSV or XLSX, in batches: good rows, and what is wrong with every other line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Generic

from efi.imports.csv_files import csv_records
from efi.imports.importer import R
from efi.imports.tables import Columns, Row, Table
from efi.imports.workbooks import xlsx_records
from efi.runtime.batches import batched

READERS = {".csv": csv_records, ".xlsx": xlsx_records}
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
BATCH = 200

Problems = Mapping[int, list[str]]


class Unreadable(Exception):
    """A file of which no row can be trusted, with every reason by line; line 0 is the file as a whole."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(str(dict(problems)))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Batch(Generic[R]):
    """Some rows that follow each other, the last of them in line `last`."""

    rows: list[R]
    bad: Problems
    last: int


class RowFile(Generic[R]):
    """A file that is read once."""

    def __init__(self, name: str, file: IO[bytes], columns: Columns, read: Callable[[Row], R]) -> None:
        self._table = Table(name, READERS[PurePath(name).suffix.lower()](file), columns)
        self._read = read

    @property
    def header(self) -> list[str]:
        """Returns the names of the columns; none until the first batch is read."""
        return self._table.header

    def batches(self) -> Iterator[Batch[R]]:
        """Reads the file; raises `Unreadable`."""
        count = 0
        for batch in batched(self._table, BATCH):
            count += len(batch)
            if count > MOST_ROWS:
                self._table.note(0, f"has more than {MOST_ROWS:,} rows")
            yield self._batch(batch)
        if self._table.problems:
            yield self._batch([])

    def _batch(self, batch: list[Row]) -> Batch[R]:
        read = list(map(self._read, batch))
        for row in batch:
            if not self._table.is_noted(row.line):
                self._table.take_once(row)
        bad: dict[int, list[str]] = {}
        for problem in self._table.take_problems():
            bad.setdefault(problem.line, []).append(problem.reason)
        if not self.header or min(bad, default=self._table.header_line + 1) <= self._table.header_line:
            raise Unreadable(bad)
        last = max([*bad, *(row.line for row in batch)])
        return Batch(rows=[row for row in read if row.line not in bad], bad=bad, last=last)
