"""Checks at every start that each event can be read at each schema it ever had, and that each fold is fed."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError

from efi.domain import events
from efi.domain.aggregate import AGGREGATES
from efi.domain.events import EVENTS, UPCASTERS, Event
from efi.domain.payloads import Payload, adapter
from efi.reading.projections import READ_MODELS


def registrations(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Returns what is wrong with the registered events, upcasters and read models, as Django's system checks do."""
    return [
        *_doubled(),
        *(error for kind in EVENTS.values() for error in _readable(kind)),
        *_lifting_nothing(),
        *_fed(),
    ]


def kept(name: str, schema: int) -> Path:
    """Returns the file of an event's example at a schema: `catalog.PriceChanged.1.json`."""
    return Path(settings.EVENT_EXAMPLES, f"{name}.{schema}.json")


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


def _told(error: Exception) -> str:
    """Returns an exception on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
