"""`manage.py streams show|tail|export|import`: the log as JSON lines, a commit each."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from efi.domain.errors import Refusal
from efi.log import event_store
from efi.log.mongo import Document
from efi.operations import streams
from efi.running import engines
from efi.runtime.private import for_owner

HERE = Path("-")


class Command(BaseCommand):
    """Shows the log to operators: what it prints may name people."""

    help = "Shows, follows, exports and imports the log as JSON lines, a commit each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help="one stream, in order")
        show.add_argument("stream", help="product:0192…, or categories")
        tail = verbs.add_parser("tail", help="the newest commits, and those that come until Ctrl-C")
        tail.add_argument("--kind", help="of streams: product, stock")
        tail.add_argument(
            "--last", type=int, choices=range(1, 1001), metavar="N", default=10, help="how many of the newest first"
        )
        tail.add_argument("--no-follow", action="store_true", help="end after the newest")
        export = verbs.add_parser("export", help="all of the log, one kind or one stream")
        export.add_argument("file", type=Path, nargs="?", default=HERE)
        only = export.add_mutually_exclusive_group()
        only.add_argument("--stream")
        only.add_argument("--kind")
        taken = verbs.add_parser("import", help="append what the log lacks; a bad file changes nothing")
        taken.add_argument("file", type=Path, help="- for standard input")

    def handle(self, *args: object, verb: str, **options: Any) -> None:
        engines.check(settings.MONGODB_URI)
        try:
            getattr(self, f"_{verb}")(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except PyMongoError as error:
            raise CommandError(f"MongoDB failed: {error}") from error
        except OSError as error:
            raise CommandError(f"{options.get('file', HERE)}: {(error.strerror or str(error)).lower()}") from None

    def _show(self, options: Document) -> None:
        if not self._print(streams.found(stream=options["stream"])):
            raise CommandError(
                f"there is no stream {options['stream']}: streams are called by kind and id, like product:0192…"
            )

    def _tail(self, options: Document) -> None:
        self._print(streams.newest(options["kind"], options["last"]))
        if not options["no_follow"]:
            try:
                self._print(streams.coming(options["kind"]))
            except KeyboardInterrupt:
                return

    def _export(self, options: Document) -> None:
        with _to(options["file"]) as out:
            count = streams.export(out, stream=options["stream"], kind=options["kind"])
        self.stderr.write(f"{count:,} commits")

    def _import(self, options: Document) -> None:
        event_store.ensure_indexes()
        with _from(options["file"]) as file:
            new, known = streams.take_in(file)
        self.stdout.write(f"{new:,} commits taken in, {known:,} were there")

    def _print(self, raws: Iterable[Document]) -> int:
        count = 0
        for raw in raws:
            self.stdout.write(streams.line_of(raw).decode())
            self.stdout.flush()
            count += 1
        return count


@contextmanager
def _to(file: Path) -> Iterator[IO[bytes]]:
    if file == HERE:
        yield sys.stdout.buffer
        return
    with open(file, "xb", opener=for_owner) as out:
        yield out


@contextmanager
def _from(file: Path) -> Iterator[IO[bytes]]:
    """Opens a file for reading it twice; standard input is copied for that."""
    if file != HERE:
        with file.open("rb") as given:
            yield given
        return
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield kept
