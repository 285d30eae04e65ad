"""`manage.py import_trade FOLDER`: brings a trader's files in, or, if one row is bad, nothing."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import ConnectionFailure

from catalog.commands.categories import CreateCategory
from catalog.commands.lots import ReceiveLot
from catalog.commands.products import CreateProduct
from catalog.commands.suppliers import RegisterSupplier
from catalog.imports.trade import TradeImport
from catalog.imports.trade_files import BadTrade, Trade, read_trade
from efi.domain.errors import Unavailable
from efi.imports.tables import Problem
from efi.imports.trades import PARTS, Brought, Part, bring_in
from efi.log import event_store
from efi.management.bar import Bar
from efi.running import engines
from efi.writing.commands import Command as Order

COUNTED = {CreateCategory: "categories", RegisterSupplier: "suppliers", CreateProduct: "products", ReceiveLot: "lots"}

Parts = list[tuple[Part, Sequence[Any]]]
"""What other contexts bring in, with the rows of their files."""


class Command(BaseCommand):
    help = "Imports categories, suppliers, products, opening lots and customers from CSV files; twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            help="with categories.csv, suppliers.csv, products.csv, and perhaps more",
        )

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        trade = self._read(Path(folder))
        parts = self._read_parts(Path(folder))
        engines.check(settings.MONGODB_URI)
        event_store.ensure_indexes()
        outcomes = self._import(trade, parts)
        for outcome in outcomes:
            for note in outcome.notes:
                self.stderr.write(str(note))
        counted = COUNTED | {kind: name for part, _ in parts for kind, name in part.counted.items()}
        made, there = (_counts((getattr(one, what) for one in outcomes), counted) for what in ("made", "there"))
        self.stdout.write(f"created: {made}; already there: {there}")

    def _read(self, folder: Path) -> Trade:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        try:
            return read_trade(folder)
        except BadTrade as refusal:
            problems = refusal.problems
        raise self._nothing(problems)

    def _read_parts(self, folder: Path) -> Parts:
        """Returns the rows of what other contexts bring in, of as many files as the folder has."""
        read = [(part, *part.rows_in(folder)) for part in PARTS]
        if problems := [problem for _, _, some in read for problem in some]:
            raise self._nothing(problems)
        return [(part, rows) for part, rows, _ in read if rows]

    def _nothing(self, problems: Sequence[Problem]) -> CommandError:
        for problem in problems:
            self.stderr.write(str(problem))
        return CommandError(f"{len(problems)} problem{'s' * (len(problems) > 1)}, nothing imported")

    def _import(self, trade: Trade, parts: Parts) -> list[TradeImport | Brought]:
        outcome = TradeImport()
        with Bar() as bar:
            try:
                outcome.run(trade, lambda done, rows: bar.report("importing", done, rows))
                brought = [bring_in(part, rows, partial(bar.report, part.file)) for part, rows in parts]
            except (Unavailable, ConnectionFailure) as error:
                raise CommandError("MongoDB cannot be reached; run it again to go on where it stopped") from error
        return [outcome, *brought]


def _counts(counters: Iterable[Counter[type[Order]]], names: Mapping[type[Order], str]) -> str:
    counted = sum(counters, Counter[type[Order]]())
    return ", ".join(f"{name} {counted[kind]}" for kind, name in names.items())
