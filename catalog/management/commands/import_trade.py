"""`manage.py import_trade FOLDER`: brings a trader's files into the catalogue, or, if one row is bad, nothing."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

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
from efi.log import event_store
from efi.management.bar import Bar
from efi.running import engines
from efi.writing.commands import Command as Order

COUNTED = {CreateCategory: "categories", RegisterSupplier: "suppliers", CreateProduct: "products", ReceiveLot: "lots"}


class Command(BaseCommand):
    help = "Imports categories, suppliers, products and opening lots from a folder of CSV files; twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="with categories.csv, suppliers.csv and products.csv")

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        trade = self._read(Path(folder))
        engines.check(settings.MONGODB_URI)
        event_store.ensure_indexes()
        outcome = self._import(trade)
        for note in outcome.notes:
            self.stderr.write(str(note))
        self.stdout.write(f"created: {_counts(outcome.made)}; already there: {_counts(outcome.there)}")

    def _read(self, folder: Path) -> Trade:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        try:
            return read_trade(folder)
        except BadTrade as refusal:
            for problem in refusal.problems:
                self.stderr.write(str(problem))
            count = len(refusal.problems)
        raise CommandError(f"{count} problem{'s' * (count > 1)}, nothing imported")

    def _import(self, trade: Trade) -> TradeImport:
        outcome = TradeImport()
        with Bar() as bar:
            try:
                outcome.run(trade, lambda done, rows: bar.report("importing", done, rows))
            except (Unavailable, ConnectionFailure) as error:
                raise CommandError("MongoDB cannot be reached; run it again to go on where it stopped") from error
        return outcome


def _counts(counted: Counter[type[Order]]) -> str:
    return ", ".join(f"{name} {counted[kind]}" for kind, name in COUNTED.items())
