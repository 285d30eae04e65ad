"""Events as the log stores them: their personal fields under the keys of the people whom they are about."""

from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints
from uuid import UUID

from efi.domain import events
from efi.domain.events import Event
from efi.domain.payloads import Payload, is_personal
from efi.log import keys

_personal: dict[type, tuple[str, ...]] = {}


def personal_fields(kind: type) -> tuple[str, ...]:
    """Returns the names of a dataclass's personal fields."""
    if kind not in _personal:
        hints = get_type_hints(kind, include_extras=True)
        _personal[kind] = tuple(name for name, hint in hints.items() if is_personal(hint))
    return _personal[kind]


def written(event: Event, stream: str) -> Payload:
    """Returns an event as the log stores it in a stream.

    Raises `Rejected` where its person is forgotten.
    """
    row = events.written(event)
    if names := personal_fields(type(event)):
        row["data"] = sealed(row["data"], names, getattr(event, event.person), f"{stream} {event.type_name}")
    return row


def sealed(payload: Payload, names: Iterable[str], person: UUID, place: str) -> Payload:
    """Returns a payload with these fields sealed, each for its own place; what is null is left so."""
    if not (given := [name for name in names if payload[name] is not None]):
        return payload
    seal = keys.sealer(str(person))
    return {**payload, **{name: seal(payload[name], f"{place}.{name}") for name in given}}


def opened(payload: Payload, place: str) -> Payload:
    """Returns a payload with all that is sealed in it in clear; null where its person is forgotten."""
    return {
        name: keys.opened(value, f"{place}.{name}") if keys.is_sealed(value) else value
        for name, value in payload.items()
    }


def withheld(payload: Mapping[str, Any]) -> Payload:
    """Returns a stored payload with null for whatever is sealed in it."""
    return {name: None if keys.is_sealed(value) else value for name, value in payload.items()}


def people_in(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the ids of those under whose keys something of these stored events is sealed."""
    return sorted({keys.person_of(value) for row in rows for value in row["data"].values() if keys.is_sealed(value)})
