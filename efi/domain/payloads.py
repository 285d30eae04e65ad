"""Dataclasses to JSON values and back, by their type hints."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import GetJsonSchemaHandler, SerializationInfo, SerializerFunctionWrapHandler, TypeAdapter, WrapSerializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

T = TypeVar("T")
Payload = dict[str, Any]


PATTERNS: dict[str, str] = {}
"""What a pattern asks for, in words for people."""
_adapters: dict[type, TypeAdapter[Any]] = {}
_WITHHELD = object()


def told_as(words: str, pattern: str) -> str:
    """Registers the words for a pattern, and returns the pattern."""
    PATTERNS[pattern] = words
    return pattern


def adapter(kind: type) -> TypeAdapter[Any]:
    """Returns the converter of a dataclass, made once.

    Raises pydantic's errors for type hints that it cannot convert.
    """
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object, *, personal: bool = True) -> Payload:
    """Returns a dataclass as JSON values: decimals, ids and times are text.

    Personal fields are null unless `personal`.
    """
    context = None if personal else _WITHHELD
    payload: Payload = adapter(type(value)).dump_python(value, mode="json", context=context)
    return payload


def load(kind: type[T], payload: Payload) -> T:
    """Makes a dataclass from JSON values; raises `pydantic.ValidationError` if they do not fit."""
    value: T = adapter(kind).validate_python(payload)
    return value


def schemas(kinds: Iterable[type], at: str) -> tuple[dict[type, JsonSchemaValue], dict[str, JsonSchemaValue]]:
    """Returns the JSON Schema of what `dump` makes of each kind, and the definitions that these refer to under `at`."""
    mode: Literal["serialization"] = "serialization"
    of_each = [(kind, mode, adapter(kind)) for kind in kinds]
    made, named = TypeAdapter.json_schemas(of_each, ref_template=at)
    return {kind: schema for (kind, _), schema in made.items()}, named.get("$defs", {})


def is_personal(hint: Any) -> bool:
    """Returns whether a type hint, with its annotations, is that of a personal field."""
    return any(isinstance(extra, _OfAPerson) for extra in getattr(hint, "__metadata__", ()))


def _unless_withheld(value: Any, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
    return None if info.context is _WITHHELD else handler(value)


class _OfAPerson:
    """Marks a field as personal, and its JSON Schema as null where it is withheld."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        in_clear: Any = {name: part for name, part in schema.items() if name != "serialization"}
        return {"anyOf": [handler(in_clear), {"type": "null"}], "x-personal": True}


Personal = Annotated[T, WrapSerializer(_unless_withheld), _OfAPerson()]
"""The type of a field about a person: `contact: Personal[str]`. The log keeps it; others get it only if allowed."""
