"""Checks at every start that each event can be read at each schema it ever had, and that each fold is fed."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.core.checks import CheckMessage, Error, register
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError

from efi.domain import events
from efi.domain.aggregate import AGGREGATES
from efi.domain.events import EVENTS, UPCASTERS, Event
from efi.domain.payloads import Payload, adapter
from efi.reading.approvals import KINDS
from efi.reading.projections import READ_MODELS
from efi.staff.decisions import DECISIONS
from efi.staff.site import sections


@register()
def registrations(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Returns what is wrong with the registered events, upcasters and read models, as Django's system checks do."""
    return [
        *_doubled(),
        *(error for kind in EVENTS.values() for error in _readable(kind)),
        *_lifting_nothing(),
        *_fed(),
        *_placed(),
        *_decided(),
        *_addressed(),
    ]


def kept(name: str, schema: int) -> Path:
    """Returns the file of an event's example, such as `shop.PriceChanged.1.json`, from the first folder that has it.

    Where none has it, returns what it would be called in the first folder.
    """
    files = [Path(folder, f"{name}.{schema}.json") for folder in settings.EVENT_EXAMPLES]
    return next((file for file in files if file.exists()), files[0])


def example(name: str, schema: int) -> Payload:
    payload: Payload = json.loads(kept(name, schema).read_text())
    return payload


def _doubled() -> Iterator[Error]:
    for name in events.DOUBLED:
        yield Error(f"{name} is the name of two events", hint="give one of them another name", id="efi.E001")


def _readable(kind: type[Event]) -> Iterator[Error]:
    """Yields what is wrong with an event; one that cannot be loaded at all is not looked at further."""
    try:
        adapter(kind).rebuild(raise_errors=True)
    except (PydanticUserError, PydanticUndefinedAnnotation) as error:
        yield Error(f"{kind.type_name} cannot be loaded: {_told(error)}", hint="see to its type hints", id="efi.E002")
        return
    missing = [older for older in range(1, kind.schema_number) if (kind.type_name, older) not in UPCASTERS]
    for older in missing:
        hint = f'write one: @upcasts("{kind.type_name}", schema={older})'
        yield Error(f"{kind.type_name} of schema {older} has no upcaster", hint=hint, id="efi.E003")
    for schema in range(1, kind.schema_number + 1):
        yield from _exemplified(kind.type_name, schema, liftable=not any(older >= schema for older in missing))


def _exemplified(name: str, schema: int, *, liftable: bool) -> Iterator[Error]:
    if not kept(name, schema).exists():
        hint = f"keep one as {kept(name, schema)}"
        yield Error(f"{name} of schema {schema} has no example", hint=hint, id="efi.E004")
    elif liftable:
        try:
            events.lift(name, schema, example(name, schema))
        except Exception as error:  # noqa: BLE001 - whatever an upcaster raises is told
            hint = "stored events never change: see to the upcaster, or give the event its next schema"
            told = f"the example of {name} of schema {schema} cannot be loaded: {_told(error)}"
            yield Error(told, hint=hint, id="efi.E005")


def _lifting_nothing() -> Iterator[Error]:
    for name, schema in UPCASTERS:
        if name not in EVENTS or schema >= EVENTS[name].schema_number:
            hint = "see to its name and its schema"
            yield Error(f"the upcaster of {name} from schema {schema} lifts nothing", hint=hint, id="efi.E006")


def _fed() -> Iterator[Error]:
    for model in READ_MODELS.values():
        for kind in model.kinds:
            if kind not in AGGREGATES:
                hint = f"there are {', '.join(sorted(AGGREGATES))}"
                yield Error(f"{model.name} follows {kind}, which no aggregate has", hint=hint, id="efi.E007")


def _placed() -> Iterator[Error]:
    """Yields an error for each page of the admin that would have no place in its sidebar."""
    for pages in admin.site._registry.values():
        section = getattr(pages, "section", None)
        if section and section not in sections():
            hint = f"there are {', '.join(sections())}; an app names more as `sections` in its apps.py"
            yield Error(f"{type(pages).__name__} is in section {section}, which no app names", hint=hint, id="efi.E008")


def _decided() -> Iterator[Error]:
    """Yields an error for each kind of what waits for a second person that no command answers."""
    for kind in KINDS:
        if kind not in DECISIONS:
            hint = "name the commands that say yes and no by `decided_by`, in the context's admin"
            yield Error(f"{kind} waits for a second person, and no command answers it", hint=hint, id="efi.E009")


def _addressed() -> Iterator[Error]:
    """Yields an error for each name that two lists of records have, which are exported and searched by it."""
    names = Counter(pages.opts.model_name for pages in admin.site._registry.values() if hasattr(pages, "listing"))
    for name, number in names.items():
        if number > 1:
            hint = "give the model of one of them another name"
            yield Error(f"{name} is the name of two lists of records", hint=hint, id="efi.E010")


def _told(error: Exception) -> str:
    """Returns an exception on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
