"""`manage.py verify [NAME]`: finds what differs from the log and, if asked to, heals it."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from efi.domain.errors import NotFound
from efi.operations.verification.drift import CannotCheck
from efi.operations.verification.verify import SAMPLE, Finding, Order, Verified, subjects, verify

DRIFT, COULD_NOT_CHECK = 1, 2


def some(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 10**9:
        raise ArgumentTypeError(f"{text[:40]} is not a number of documents: from 1 up")
    return int(text)


class Command(BaseCommand):
    """Exits with 0 where all is as the log has it, with 1 where it is not, and with 2 where it could not look."""

    help = (
        "Holds read models, their copies in other stores, claims and the log itself against the log. "
        "Exits with 0: all is well, 1: something differs, 2: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="a read model, or log, or claims; as it comes, all of them")
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument(
            "--sample", type=some, default=SAMPLE, metavar="N", help=f"look into so many of each; {SAMPLE} as it comes"
        )
        extent.add_argument("--all", action="store_true", help="look into every document, and every commit")
        parser.add_argument("--heal", action="store_true", help="mend what differs, and only that")
        parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")

    def handle(self, *args: object, name: str | None, **options: Any) -> None:
        findings: list[Finding] = []
        tell = findings.append if options["json"] else lambda finding: self.stdout.write(line(finding))
        sample = None if options["all"] else options["sample"]
        with progress() as advance:
            order = Order(sample=sample, heal=options["heal"], tell=tell, progress=advance)
            outcomes, failed = verified([name] if name else subjects(), order)
        if options["json"]:
            self.stdout.write(as_json(outcomes, findings, failed))
        else:
            self.stdout.write("\n".join(map(summary, outcomes)))
        end(sum(outcome.left for outcome in outcomes), failed)


def verified(names: list[str], order: Order) -> tuple[list[Verified], list[str]]:
    """Verifies each subject; returns the outcomes, and what could not be checked and why."""
    outcomes, failed = list[Verified](), list[str]()
    for name in names:
        try:
            outcomes.append(verify(name, order))
        except NotFound as error:
            raise CommandError(str(error), returncode=COULD_NOT_CHECK) from error
        except CannotCheck as error:
            failed.append(str(error))
    return outcomes, [*failed, *(said for outcome in outcomes for said in outcome.unchecked)]


def end(left: int, failed: list[str]) -> None:
    """Raises `CommandError` with the exit code, unless that is 0."""
    if left:
        raise CommandError("; ".join([f"{differ(left)} from the log", *failed]), returncode=DRIFT)
    if failed:
        raise CommandError("; ".join(failed), returncode=COULD_NOT_CHECK)


@contextmanager
def progress() -> Iterator[Any]:
    """Shows on a terminal what is being looked at and how far that is; yields the function that advances it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    tasks: dict[tuple[str, str], Any] = {}

    def advance(subject: str, check: str, more: int) -> None:
        if (subject, check) not in tasks:
            tasks[subject, check] = shown.add_task(f"{subject}: {check}", total=None)
        shown.update(tasks[subject, check], advance=more)

    with shown:
        yield advance


def differ(number: int) -> str:
    return f"{number} {'differs' if number == 1 else 'differ'}"


def line(finding: Finding) -> str:
    became = " – healed" if finding.healed else f" – {finding.why_not}" if finding.why_not else ""
    return f"{finding.difference}{became}"


def summary(outcome: Verified) -> str:
    looked = ", ".join(f"{number} {check}" for check, number in outcome.looked.items()) or "nothing"
    found, healed = outcome.found.total(), outcome.healed.total()
    told = differ(found) if found else "clean"
    return f"{outcome.name}: {told}{f', {healed} healed' if healed else ''} ({looked} looked at)"


def as_json(outcomes: list[Verified], findings: list[Finding], failed: list[str]) -> str:
    told = {
        "subjects": [
            {"name": one.name, "at": one.at, "looked_at": dict(one.looked), "found": dict(one.found), "left": one.left}
            for one in outcomes
        ],
        "differences": [
            {
                **{name: getattr(one.difference, name) for name in ("check", "read_model", "what", "said")},
                "healed": one.healed,
                **({"why_not": one.why_not} if one.why_not else {}),
            }
            for one in findings
        ],
        "not_checked": failed,
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()
