"""Events: facts in the past tense, and the register of every kind there is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

from efi.domain.errors import UnknownEvent
from efi.domain.payloads import Payload, dump, load


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. Its name in the log is its app's and its class's: `catalog.PriceChanged`."""

    type_name: ClassVar[str]
    schema_number: ClassVar[int]
    answer: ClassVar[str] = ""
    """What the caller is told besides the receipt: "pending_approval" where a second person must agree."""
    person: ClassVar[str] = ""
    """The field with the id of the person whose its personal fields are."""


E = TypeVar("E", bound=Event)
Upcaster = Callable[[Payload], Payload]

EVENTS: dict[str, type[Event]] = {}
DOUBLED: list[str] = []
UPCASTERS: dict[tuple[str, int], Upcaster] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(*, schema: int = 1, person: str = "") -> Callable[[type[E]], type[E]]:
    """Makes a class a frozen dataclass and registers it at the schema that new ones are written in.

    `person` names the field with the id of whoever its personal fields are about.
    """

    def register(kind: type[E]) -> type[E]:
        made = dataclass(frozen=True, kw_only=True)(kind)
        made.type_name, made.schema_number = f"{kind.__module__.partition('.')[0]}.{kind.__name__}", schema
        made.person = person
        if made.type_name in EVENTS:
            DOUBLED.append(made.type_name)
        EVENTS[made.type_name] = made
        return made

    return register


def upcasts(name: str, *, schema: int) -> Callable[[Upcaster], Upcaster]:
    """Registers a function that turns a stored payload of `schema` into one of the next schema."""

    def register(upcaster: Upcaster) -> Upcaster:
        UPCASTERS[name, schema] = upcaster
        return upcaster

    return register


def lift(name: str, schema: int, payload: Payload) -> Event:
    """Makes an event from a stored payload of any schema; raises `UnknownEvent` for a name or schema of newer code."""
    kind = EVENTS.get(name)
    if kind is None or schema > kind.schema_number:
        raise UnknownEvent(f"{name} of schema {schema}")
    for older in range(schema, kind.schema_number):
        payload = UPCASTERS[name, older](payload)
    return load(kind, payload)


def written(event: Event) -> dict[str, Any]:
    """Returns an event as the log stores it."""
    return {"type": event.type_name, "schema": event.schema_number, "data": dump(event)}
