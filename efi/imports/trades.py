"""What each context brings in of a trader's folder: a file of its own, whose rows give its own commands."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efi.imports.csv_files import csv_at
from efi.imports.files import BATCH
from efi.imports.importer import Importer
from efi.imports.tables import Columns, Problem, Row, Table
from efi.runtime.batches import batched
from efi.writing.commands import Command

Told = Callable[[int, int], object]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a trader's folder; where the folder has none, nothing is brought in."""

    file: str
    columns: Columns
    read: Callable[[Row], Any]
    importer: Callable[[], Importer[Any]]
    counted: Mapping[type[Command], str]
    """What is counted of it, by the command that makes one."""

    def rows_in(self, folder: Path) -> tuple[Sequence[Any], list[Problem]]:
        """Returns the rows of the file, and all that is wrong with it."""
        if not (folder / self.file).exists():
            return (), []
        table = Table(self.file, csv_at(folder / self.file), self.columns)
        rows = tuple(map(self.read, table.rows))
        return rows, table.take_problems()


@dataclass(kw_only=True)
class Brought:
    """What a part has made, what was there already, and the rows that were not taken as they are."""

    made: Counter[type[Command]] = field(default_factory=Counter)
    there: Counter[type[Command]] = field(default_factory=Counter)
    notes: list[Problem] = field(default_factory=list)


PARTS: list[Part] = []


def brings(part: Part) -> Part:
    """Registers what `import_trade` brings in besides the catalogue. Raises `ValueError` for a file of another part."""
    if any(part.file == other.file for other in PARTS):
        raise ValueError(f"{part.file} is brought in by two parts")
    PARTS.append(part)
    return part


def bring_in(part: Part, rows: Sequence[Any], told: Told) -> Brought:
    """Gives the commands of a part's rows; stopped anywhere, another run completes it."""
    brought, importer, done = Brought(), part.importer(), 0
    with ThreadPoolExecutor(1) as worker:
        for batch in batched(rows, BATCH):
            for result in importer.take(batch, worker):
                brought.notes += [Problem(file=part.file, line=result.line, reason=note) for note in result.notes]
                for order, receipt in result.given:
                    (brought.there if receipt.replayed else brought.made)[type(order.command)] += 1
            done += len(batch)
            told(done, len(rows))
    return brought
