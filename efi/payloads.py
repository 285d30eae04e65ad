"""Dataclasses to JSON values and back, by their type hints."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")
Payload = dict[str, Any]


PATTERNS: dict[str, str] = {}
"""What people are told that a pattern asks for."""
_adapters: dict[type, TypeAdapter[Any]] = {}


def told_as(words: str, pattern: str) -> str:
    """Registers the words for a pattern, and returns the pattern."""
    PATTERNS[pattern] = words
    return pattern


def adapter(kind: type) -> TypeAdapter[Any]:
    """The converter of a dataclass, made once; raises pydantic's errors where its hints cannot be served."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object) -> Payload:
    """JSON values only: decimals, ids and times become text."""
    payload: Payload = adapter(type(value)).dump_python(value, mode="json")
    return payload


def load(kind: type[T], payload: Payload) -> T:
    """The dataclass again; raises `pydantic.ValidationError` where the payload does not fit."""
    value: T = adapter(kind).validate_python(payload)
    return value
