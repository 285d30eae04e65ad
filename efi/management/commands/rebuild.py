"""`manage.py rebuild NAME`: builds a read model anew beside the one that serves, compares, and switches."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from efi.log import event_store
from efi.management import errors
from efi.management.bar import Bar
from efi.operations.rebuilding import generation_list, rebuild
from efi.reading.projections import Generation
from efi.running import engines


class Command(BaseCommand):
    help = "Builds a read model anew beside the one that serves, compares both, and switches."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="of a read model, as in --list")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; as many as cores")
        parser.add_argument("--force", action="store_true", help="switch without comparing")
        parser.add_argument("--anew", action="store_true", help="drop what a build that was stopped has done")
        others = parser.add_mutually_exclusive_group()
        others.add_argument("--back", action="store_true", help="bring the one before up to date, and switch to it")
        others.add_argument("--clean", action="store_true", help="drop the one before, and builds that were given up")
        others.add_argument("--list", action="store_true", dest="lists", help="show the generations there are")
        parser.add_argument(
            "--all-versions",
            action="store_true",
            help="with --clean: those of other versions of the fold too, whose releases run no more",
        )

    def handle(self, *args: object, name: str | None, lists: bool, **options: bool) -> None:
        if options["all_versions"] and not options["clean"]:
            raise CommandError("--all-versions goes with --clean alone")
        engines.check(settings.MONGODB_URI)
        event_store.ensure_indexes()
        if lists:
            return self._list(name)
        if name is None:
            raise CommandError(f"name a read model: {', '.join(generation_list.known())}")
        with errors.told("MongoDB failed; run it again to go on where it stopped"):
            self._do(name, **options)

    def _do(self, name: str, *, clean: bool, back: bool, all_versions: bool, **options: bool) -> None:
        jobs, shown = max(1, int(options["jobs"])), bool(options["verbosity"])
        if clean:
            dropped = generation_list.clean(rebuild.model_of(name), all_versions=all_versions)
            self.stdout.write(f"dropped: {', '.join(dropped) or 'nothing'}")
        elif back:
            self._shown(lambda report: rebuild.back(name, report, jobs=jobs), Bar(shown=shown))
        else:
            more = {"force": options["force"], "anew": options["anew"]}
            self._shown(lambda report: rebuild.rebuild(name, report, jobs=jobs, **more), Bar(shown=shown))

    def _shown(self, work: Callable[[rebuild.Report], Generation], progress: Bar) -> None:
        begun = time.monotonic()
        with progress as bar:
            generation = work(bar.report)
        documents = generation.stored.estimated_document_count()
        spent = time.monotonic() - begun
        self.stdout.write(f"{generation.name} serves: {documents:,} documents, after {spent:.1f} s")

    def _list(self, name: str | None) -> None:
        table = Table("read model", "fold", "generation", "", "documents")
        for one in generation_list.listed(name):
            table.add_row(one.model, str(one.version), one.name, one.role, f"{one.documents:,}")
        Console(width=120).print(table)
