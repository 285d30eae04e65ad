"""`manage.py restore FOLDER`: fills an empty database from a backup."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from efi.delivery import forgetting
from efi.management import errors
from efi.management.bar import Bar
from efi.operations import backup
from efi.running import engines


class Command(BaseCommand):
    help = "Fills an empty database from a backup. Read models are built by the next start, or by rebuild."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="that backup has written")
        parser.add_argument("--forgotten", type=Path, action="append", default=[], help="a ledger of another machine")

    def handle(self, *args: object, folder: Path, forgotten: list[Path], **options: object) -> None:
        engines.check(settings.MONGODB_URI)
        with errors.told("half restored: drop the database and begin again", OSError), Bar() as bar:
            manifest = backup.restore(folder, bar.report)
        again = forgetting.forget_again(forgetting.in_ledgers(*forgotten))
        count = manifest["collections"].get("commits", {}).get("count", 0)
        self.stdout.write(f"{settings.MONGODB_NAME}: {count:,} commits as of {manifest['taken_at']}")
        if again:
            self.stdout.write(f"{again:,} people are forgotten again whom it knew")
