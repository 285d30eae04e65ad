"""Runs the rows, prints the table and writes var/bench.json."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from efi.running.embedded import Mongod
from efi.running.engines import form_replica_set

FOLDER = tempfile.TemporaryDirectory(prefix="efi-bench-")
MONGOD = Mongod(Path(FOLDER.name))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    "EFI_DATA": FOLDER.name,
    "EFI_DEMO_DATA": "no",
    "EFI_LOG_LEVEL": "WARNING",
    "MONGODB_URI": MONGOD.uri,
    "MONGODB_NAME": "efi_bench",
}
django.setup()

from django.conf import settings  # noqa: E402

from efi.log.mongo import client  # noqa: E402
from efi.reading import generations  # noqa: E402
from tests.bench import (  # noqa: E402
    appending,
    distributing,
    entering,
    folding,
    importing,
    listing,
    owning,
    personal,
    rebuilding,
    searching_es,
    serving,
)
from tests.bench.figures import GOALS, Figure, show, write  # noqa: E402
from tests.services.server import Missing  # noqa: E402

RESULT = settings.BASE_DIR / "var" / "bench.json"


def main() -> None:
    wanted = _wanted()
    MONGOD.start()
    try:
        form_replica_set(MONGOD.uri)
        figures = [figure for figure in _measured(wanted) if figure.name in wanted]
    finally:
        MONGOD.stop()
    show(figures)
    write(figures, RESULT)


def _wanted() -> set[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", help=f"some rows, by comma: {','.join(GOALS)}", default=",".join(GOALS))
    named = set(parser.parse_args().only.split(","))
    if unknown := named - GOALS.keys():
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    return named


def _measured(wanted: set[str]) -> Iterator[Figure]:
    if wanted & {"append_1", "append_8"}:
        _forget()
        appending.prepare()
        for threads in (1, 8):
            if f"append_{threads}" in wanted:
                yield from appending.figures(threads)
    if wanted & personal.ROWS:
        _forget()
        yield from personal.figures(wanted)
    if "import" in wanted:
        _forget()
        yield from importing.figures()
    if "catch_up" in wanted:
        _forget()
        yield from folding.figures()
    if wanted & listing.ROWS:
        _forget()
        yield from listing.figures(wanted)
    distributed: dict[str, Figure] = {}
    of_workers = wanted | ({"distributed"} if "rebuild" in wanted else set())
    if of_workers & distributing.ROWS:
        _forget()
        for figure in _where_there_is_a_server(distributing.figures(of_workers, Path(FOLDER.name))):
            distributed[figure.name] = figure
            yield figure
    if "rebuild" in wanted:
        _forget()
        yield from rebuilding.figures(distributed["distributed"].value if distributed else None)
    if wanted & serving.ROWS:
        _forget()
        yield from serving.figures(wanted, Path(FOLDER.name))
    if wanted & entering.ROWS:
        _forget()
        yield from entering.figures()
    if wanted & owning.ROWS:
        _forget()
        yield from owning.figures(Path(FOLDER.name))
    if wanted & searching_es.ROWS:
        _forget()
        yield from _where_there_is_a_server(searching_es.figures(Path(FOLDER.name)))


def _where_there_is_a_server(figures: Iterator[Figure]) -> Iterator[Figure]:
    """With SERVICES=required in the environment a server that cannot be had is an error."""
    try:
        yield from figures
    except Missing as missing:
        if os.environ.get("SERVICES") == "required":
            raise
        print(f"left out: {missing}", file=sys.stderr)


def _forget() -> None:
    """Each part begins with nothing."""
    client().drop_database(settings.MONGODB_NAME)
    generations.forget()


if __name__ == "__main__":
    main()
