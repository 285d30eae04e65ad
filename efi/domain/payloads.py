"""Dataclasses to JSON values and back, by their type hints."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    WrapSerializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from efi.domain.errors import Malformed

T = TypeVar("T")
Payload = dict[str, Any]


MOST_FAULTS = 100
MOST_TOLD = 20
LONGEST_POINTER = 200
PATTERNS: dict[str, str] = {}
"""What a pattern asks for, in words for people."""
TOLD = {
    "missing": "this is missing",
    "string_too_short": "this is empty",
    "string_too_long": "this is longer than {max_length} characters",
    "string_pattern_mismatch": "this is not written as it has to be",
    "too_short": "these are fewer than {min_length}",
    "too_long": "these are more than {max_length}",
    "greater_than_equal": "this is less than {ge}",
    "less_than_equal": "this is more than {le}",
    "decimal_max_places": "this has more than {decimal_places} decimals",
    "uuid_parsing": "this is no id",
}
"""What is told of an error of each of these types, in words for people."""
TAGS: set[str] = set()
"""What tells kinds of values apart where a field takes several."""
_adapters: dict[type, TypeAdapter[Any]] = {}
_WITHHELD = object()


def told_as(words: str, pattern: str) -> str:
    """Registers the words for a pattern, and returns the pattern."""
    PATTERNS[pattern] = words
    return pattern


def tells_apart(*tags: str) -> None:
    """Registers the values of a field by which kinds of values are told apart: pydantic names them as if steps."""
    TAGS.update(tags)


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


def malformed(error: ValidationError) -> Malformed:
    """Returns what pydantic found, as pointers into the body."""
    found = error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    faults = tuple({"pointer": _pointer(one["loc"]), "code": one["type"], "detail": _in_words(one)} for one in found)
    told = [f"{fault['pointer'] or 'the body'}: {fault['detail']}" for fault in faults]
    return Malformed(f"wrong: {'; '.join(told[:MOST_TOLD])}", faults)


def _in_words(found: ErrorDetails) -> str:
    said = found.get("ctx", {})
    if (pattern := said.get("pattern")) in PATTERNS:
        return f"this is to be {PATTERNS[pattern]}"
    told = TOLD.get(found["type"])
    return told.format(**said) if told else found["msg"].removeprefix("Value error, ")


def _pointer(steps: tuple[int | str, ...]) -> str:
    """Returns a JSON Pointer as in RFC 6901."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps if step not in TAGS)
    return "".join(f"/{step}" for step in escaped)[:LONGEST_POINTER]


def is_personal(hint: Any) -> bool:
    """Returns whether a type hint, with its annotations, is that of a personal field."""
    return any(isinstance(extra, _OfAPerson) for extra in getattr(hint, "__metadata__", ()))


def _unless_withheld(value: Any, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
    return None if info.context is _WITHHELD else handler(value)


class _OfAPerson:
    """Marks a field, and its JSON Schema, as personal."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        in_clear: Any = {name: part for name, part in schema.items() if name != "serialization"}
        return {**handler(in_clear), "x-personal": True}


Personal = Annotated[T | None, WrapSerializer(_unless_withheld), _OfAPerson()]
"""The type of a field about a person: `contact: Personal[str]`. The log keeps it under a key of the person's own, and
it is None once that person is forgotten; others get it only if allowed."""
