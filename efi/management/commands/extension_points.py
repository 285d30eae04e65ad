"""Writes docs/extension-points.md from the registries."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from efi.management import extension_points


class Command(BaseCommand):
    """Writes the page, or says that it is out of date."""

    help = "Writes docs/extension-points.md from the registries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")

    def handle(self, *, check: bool, **options: Any) -> None:
        page, now = settings.BASE_DIR / "docs" / "extension-points.md", extension_points.text()
        if not check:
            page.write_text(now)
        elif not page.exists() or page.read_text() != now:
            raise CommandError("docs/extension-points.md is out of date: run manage.py extension_points")
