"""`manage.py backup FOLDER`: the database as of one moment, and the pictures, in files."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from efi.management import errors
from efi.management.bar import Bar
from efi.operations import backup
from efi.running import engines


class Command(BaseCommand):
    help = "Writes the database as of one moment, and the pictures, into a folder; writes go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a new one")

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        engines.check(settings.MONGODB_URI)
        with errors.told("the backup is not whole", OSError), Bar() as bar:
            manifest = backup.keep(folder, bar.report)
        count = manifest["collections"].get("commits", {}).get("count", 0)
        self.stdout.write(f"{folder}: {count:,} commits as of {manifest['taken_at']}")
