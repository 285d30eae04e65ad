"""Reads a file of products, CSV or XLSX, in batches: good rows, and what is wrong with every other line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from catalog.imports.csv_table import Row, Table, csv_records
from catalog.imports.product_import import OPTIONAL, REQUIRED
from catalog.imports.product_rows import ProductRow, check_product_columns, product_in
from catalog.imports.workbooks import xlsx_records
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
class Batch:
    """Some rows that follow each other, the last of them in line `last`."""

    rows: list[ProductRow]
    bad: Problems
    last: int


class ProductFile:
    """A file that is read once; of what it has read, it keeps in which line each SKU came first."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._table = Table(name, READERS[PurePath(name).suffix.lower()](file), REQUIRED, OPTIONAL)
        self._first: dict[str, int] = {}

    @property
    def header(self) -> list[str]:
        """Empty until the first batch is read."""
        return self._table.header

    def batches(self) -> Iterator[Batch]:
        """Raises `Unreadable`."""
        read = 0
        for batch in batched(self._table, BATCH):
            if not read:
                check_product_columns(self._table)
            read += len(batch)
            if read > MOST_ROWS:
                self._table.note(0, f"has more than {MOST_ROWS:,} rows")
            yield self._batch(batch)
        if self._table.problems:
            yield self._batch([])

    def _batch(self, batch: list[Row]) -> Batch:
        parsed = [product_in(row, placed=False) for row in batch]
        for row in parsed:
            first = self._first.setdefault(row.sku, row.line)
            if row.sku and first != row.line:
                self._table.note(row.line, f"sku {row.sku} is already in line {first}")
        bad = self._take_problems()
        if not self.header or min(bad, default=self._table.header_line + 1) <= self._table.header_line:
            raise Unreadable(bad)
        last = max([*bad, *(row.line for row in parsed)])
        return Batch(rows=[row for row in parsed if row.line not in bad], bad=bad, last=last)

    def _take_problems(self) -> dict[int, list[str]]:
        """By line; what was taken is forgotten."""
        taken: dict[int, list[str]] = {}
        for problem in self._table.problems_by_line:
            taken.setdefault(problem.line, []).append(problem.reason)
        self._table.problems.clear()
        return taken
