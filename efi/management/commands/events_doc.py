"""Writes docs/events.md and docs/asyncapi.json from the events themselves."""

import inspect
import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import groupby
from typing import Any, get_args, get_type_hints

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from efi.domain.events import EVENTS, UPCASTERS, Event
from efi.domain.payloads import is_personal
from efi.management import asyncapi
from efi.management.asyncapi import said
from efi.running import registrations

HEAD = """\
# Events

What the log holds. An event is stored as its `type`, its `schema` and its `data`, which is what is shown here;
identities, decimals, days and times (in UTC) are texts. Stored events never change: one of an older schema is lifted to
the newest when it is read.

All but those under `efi`, which are about the machine itself, are told to others as letters; `asyncapi.json` beside
this page describes them, and `operations.md` how to hear them. What is marked as personal is null in a letter, unless
the installation is set to tell it.

This page is made by `manage.py events_doc` from the events themselves; the examples are those under `tests/events/`.
"""


class Command(BaseCommand):
    """Writes both, or says what is out of date."""

    help = "Writes docs/events.md and docs/asyncapi.json from the events themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if one of them is out of date")

    def handle(self, *, check: bool, **options: Any) -> None:
        for name, now in {"events.md": text(), "asyncapi.json": asyncapi.text()}.items():
            page = settings.BASE_DIR / "docs" / name
            if not check:
                page.write_text(now)
            elif not page.exists() or page.read_text() != now:
                raise CommandError(f"{page.relative_to(settings.BASE_DIR)} is out of date: run manage.py events_doc")


def text() -> str:
    """Returns the text of docs/events.md."""
    kinds = sorted(EVENTS.values(), key=_app)
    sections = [HEAD]
    for app, of_app in groupby(kinds, key=_app):
        sections += [f"## {app}\n", *map(_event, of_app)]
    return "\n".join([*sections, "## Values\n", *map(_value, _values_in(kinds))])


def _app(kind: type[Event]) -> str:
    return kind.type_name.partition(".")[0]


def _event(kind: type[Event]) -> str:
    older = range(1, kind.schema_number)
    lifted = [f"- Schema {schema} is lifted: {said(UPCASTERS[kind.type_name, schema])}" for schema in older]
    example = json.dumps(registrations.example(kind.type_name, kind.schema_number), ensure_ascii=False, indent=2)
    return "\n".join(
        [
            f"### {kind.__name__}\n",
            *_paragraph(said(kind)),
            f"`{kind.type_name}`, schema {kind.schema_number}\n",
            *_paragraph("\n".join(lifted)),
            *_paragraph(_table(kind)),
            f"```json\n{example}\n```\n",
        ]
    )


def _value(kind: type) -> str:
    meaning = _table(kind) if is_dataclass(kind) else ", ".join(f"`{choice.value}`" for choice in _choices(kind))
    return "\n".join([f"### {kind.__name__}\n", *_paragraph(said(kind)), *_paragraph(meaning)])


def _choices(kind: type) -> list[Enum]:
    return list(kind) if issubclass(kind, Enum) else []


def _paragraph(said: str) -> list[str]:
    return [f"{said}\n"] if said else []


def _table(kind: type) -> str:
    """Returns a table of a class's fields, or "" if it has none."""
    extras = get_type_hints(kind, include_extras=True)
    marks = {name: ", personal" if is_personal(hint) else "" for name, hint in extras.items()}
    rows = [f"| `{name}` | {_named(hint)}{marks[name]} |" for name, hint in _hints(kind).items()]
    return "\n".join(["| field | type |", "|---|---|", *rows]) if rows else ""


def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _named(hint: Any) -> str:
    """Returns a type as it is written, without modules and without bars, which would end the cell."""
    return re.sub(r"(\w+\.)+(?=\w)", "", inspect.formatannotation(hint)).replace("|", "or")


def _values_in(kinds: Iterable[type]) -> list[type]:
    """Returns every class of ours that the fields of these classes name, directly or through others."""
    found = {value for kind in kinds for hint in _hints(kind).values() for value in _ours(hint)}
    return sorted(found, key=lambda kind: kind.__name__)


def _ours(hint: Any) -> Iterator[type]:
    for part in (hint, *get_args(hint)):
        if is_dataclass(part) and isinstance(part, type):
            yield part
            yield from _values_in([part])
        elif isinstance(part, type) and issubclass(part, Enum):
            yield part
        elif part is not hint:
            yield from _ours(part)
