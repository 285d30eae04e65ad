"""`manage.py quarantine [list | retry NAME… | retry --all]`: lists streams that stand aside, or retries them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from efi.domain.errors import NotFound
from efi.log.mongo import Document
from efi.operations import standing_aside

FAIL, COULD_NOT = 1, 2


class Command(BaseCommand):
    """Exits with 1 where a retried stream fails again, and with 2 where nothing could be done."""

    help = "Lists the streams that stand aside in a read model as their fold fails on them, or tries them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=("list", "retry"), default="list")
        parser.add_argument("names", nargs="*", metavar="NAME", help="READ_MODEL/STREAM, or a read model, or a stream")
        parser.add_argument("--all", action="store_true", help="retry all there are")
        parser.add_argument("--tracebacks", action="store_true", help="list with the tracebacks")

    def handle(self, *args: object, what: str, names: list[str], **options: Any) -> None:
        try:
            if what == "retry":
                self._retry(names, everything=options["all"])
            elif names or options["all"]:
                raise CommandError("list takes no names: it shows all there are", returncode=COULD_NOT)
            else:
                self._list(tracebacks=options["tracebacks"])
        except NotFound as error:
            raise CommandError(str(error), returncode=COULD_NOT) from error
        except PyMongoError as error:
            raise CommandError(f"MongoDB does not do it: {str(error)[:200]}", returncode=COULD_NOT) from error

    def _list(self, *, tracebacks: bool) -> None:
        noted = standing_aside.notes()
        for aside in standing_aside.told(noted):
            self.stdout.write(line(aside.note, [event["type"] for event in aside.events]))
            if tracebacks:
                self.stdout.write(aside.note["traceback"])
        if not noted:
            self.stdout.write("nothing is in quarantine")

    def _retry(self, names: list[str], *, everything: bool) -> None:
        if bool(names) == everything:
            raise CommandError("name what to retry, or say --all", returncode=COULD_NOT)
        retried = standing_aside.retry(standing_aside.notes() if everything else standing_aside.chosen(names))
        for one in retried:
            self.stdout.write(f"{one.name}: fails again: {one.error}" if one.error else f"{one.name}: right again")
        if failed := sum(bool(one.error) for one in retried):
            raise CommandError(f"{failed} of {len(retried)} still fail", returncode=FAIL)


def line(note: Document, events: list[str]) -> str:
    """Describes a stream that stands aside on one line: since when, what it fails on, and how."""
    since = note["since"].isoformat(timespec="seconds").replace("+00:00", "Z")
    what = ", ".join(dict.fromkeys(events)) or "which the log holds no more"
    where = f"{standing_aside.name_of(note)} since {since}, {note['tries']} tries"
    return f"{where}: version {note['version']}, {what}: {note['error']}"
