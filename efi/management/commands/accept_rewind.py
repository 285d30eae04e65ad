"""`manage.py accept_rewind`: after MongoDB was put back to an earlier state, makes all else follow the shorter log."""

import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from efi.delivery import forgetting
from efi.log import event_store
from efi.management import errors
from efi.management.bar import Bar
from efi.operations.rebuilding import rewind
from efi.running import engines


class Command(BaseCommand):
    help = "To be run after MongoDB was restored: drops what is of the longer log, and builds every read model anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; as many as cores")
        parser.add_argument("--forgotten", type=Path, action="append", default=[], help="a ledger of another machine")

    def handle(self, *args: object, jobs: int, forgotten: list[Path], **options: object) -> None:
        engines.check(settings.MONGODB_URI)
        event_store.ensure_indexes()
        with errors.told("MongoDB failed; run it again"), Bar() as bar:
            again = forgetting.forget_again(forgetting.in_ledgers(*forgotten))
            taken_out = rewind.accept(bar.report, jobs=jobs)
        for one in taken_out:
            self.stderr.write(f"{one} stood behind a hole, and is in the collection stranded now")
        if again:
            self.stdout.write(f"{again:,} people are forgotten again whom it knew")
        self.stdout.write("every read model follows the log as it is")
