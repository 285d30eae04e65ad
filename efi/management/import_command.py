"""What a management command that imports one kind of file does: it checks the file, then runs it, as the admin does."""

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import ConnectionFailure

from efi.domain.errors import Refusal, Unavailable
from efi.imports import runs, working
from efi.imports.importer import Outcome
from efi.imports.kinds import Kind
from efi.imports.runs import State
from efi.imports.tables import shown
from efi.log import event_store
from efi.log.mongo import Document
from efi.management.bar import Bar
from efi.models import User
from efi.running import engines

CHUNK = 64 * 1024


class ImportCommand(BaseCommand):
    """`manage.py import_… FILE --as EMAIL`, for one kind of import."""

    kind: Kind
    file_help = "CSV or XLSX"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=self.file_help)
        parser.add_argument("--as", dest="email", required=True, help="the account in whose name it is done")
        for option in self.kind.options:
            parser.add_argument(f"--{option.name}", action="store_true", help=option.label)
        parser.add_argument("--check", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="import the good rows where others are bad")

    def handle(self, *args: object, file: Path, email: str, check: bool, skip_bad: bool, **options: object) -> None:
        engines.check(settings.MONGODB_URI)
        event_store.ensure_indexes()
        account = self._account(email)
        try:
            run = self._begin(Path(file), account, [one.name for one in self.kind.options if options[one.name]])
            checked = self._see_through(run)
            if checked["state"] == State.CHECKED and self._wanted(checked, check=check, skip_bad=skip_bad):
                runs.have_run(run, account)
                self._see_through(run)
        except (Refusal, PermissionDenied) as refusal:
            raise CommandError(str(refusal)) from None
        except (Unavailable, ConnectionFailure) as error:
            raise CommandError("MongoDB cannot be reached; run it again to go on where it stopped") from error
        self._report(runs.existing(run))

    def _account(self, email: str) -> User:
        if account := User.objects.filter(email=email).first():
            return account
        raise CommandError(f"there is no account {email}")

    def _begin(self, file: Path, account: User, chosen: Collection[str]) -> UUID:
        try:
            with file.open("rb") as content:
                chunks = iter(lambda: content.read(CHUNK), b"")
                return runs.begin(self.kind, file.name, chunks, account, chosen)
        except OSError as error:
            raise CommandError(f"{file}: {(error.strerror or str(error)).lower()}") from None

    def _see_through(self, run: UUID) -> Document:
        with Bar() as bar:

            def told(now_is: Document) -> None:
                if now_is["state"] in (State.RUNNING, State.DONE):
                    bar.report("importing", now_is["done"], now_is["rows"])
                else:
                    bar.report("checking", now_is["rows"], None)

            return working.see_through(run, told)

    def _wanted(self, checked: Document, *, check: bool, skip_bad: bool) -> bool:
        return not check and (skip_bad or not checked["expected"].get(Outcome.REFUSED))

    def _report(self, run: Document) -> None:
        for line in _named(run):
            self.stderr.write(line)
        if run["state"] == State.DONE:
            self.stdout.write(f"imported: {_counts(run['results'])}")
            return
        for line in _foreseen(run):
            self.stdout.write(line)
        self.stdout.write(f"checked: {_counts(run['expected'])}")
        bad = run["expected"].get(Outcome.REFUSED, 0)
        if run["state"] != State.CHECKED or bad:
            raise CommandError("nothing imported" + (f": {bad} bad rows, which --skip-bad leaves out" if bad else ""))


def _named(run: Document) -> Iterator[str]:
    for note in runs.notes_of(run):
        yield f"{run['name']}:{note['line']}: {note['reason']}" if note["line"] else f"{run['name']}: {note['reason']}"


def _foreseen(run: Document) -> Iterator[str]:
    for change in runs.changes_of(run):
        for told in change["fields"]:
            before, after = shown(told["before"]), shown(told["after"])
            yield f"{run['name']}:{change['line']}: {change['name']} {told['field']} {before} becomes {after}"


def _counts(counted: Document) -> str:
    waiting = counted.get("waiting", 0)
    told = ", ".join(f"{outcome} {counted.get(outcome, 0)}" for outcome in Outcome)
    return told + (f"; {waiting} wait for a second person" if waiting else "")
