"""Requests that nobody should send, made of the API's own description: whatever it says is wrong, and worse."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator, FormatChecker

from tests.api.bad_values import FIGURES, ID, KEYS, KINDS, OPAQUE, PARAMETERS, SEGMENTS, TOKENS, TYPES, VALUES
from tests.api.shop import IN_A_YEAR

Schema = dict[str, Any]
Steps = tuple[str | int, ...]
JSON, EMAIL = "application/json", "anna@efi.example"
WORDS = ("title", "description", "examples")
"""What a field says of itself to people."""
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]


@dataclass
class Case:
    """A request, and how it is to be refused."""

    method: str
    path: str
    expected: set[int]
    body: bytes = b""
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def has_a_time_zone(text: object) -> bool:
    """The one format that jsonschema leaves to others."""
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def cases(description: Schema) -> Iterator[Case]:
    """Everything once; of what several commands ask for alike, a part each time after the first."""
    known: set[str] = set()
    for path, operations in description["paths"].items():
        filled = re.sub(r"\{\w+\}", ID, path)
        yield from odd_methods(filled, {method.upper() for method in operations})
        if "get" in operations:
            yield from odd_addresses(path)
        for method, operation in operations.items():
            body = (
                json.dumps(sample(body_schema(operation, description), description)).encode()
                if JSON in operation.get("requestBody", {}).get("content", {})
                else b""
            )
            yield from odd_headers(method.upper(), filled, body)
            for parameter in operation.get("parameters", []):
                yield from odd_parameters(method.upper(), filled, parameter, body)
            for name in sorted(set(PARAMETERS) - {parameter["name"] for parameter in operation.get("parameters", [])}):
                yield Case(method.upper(), f"{filled}?{quote(name)}=1", {400}, body)
            if body:
                yield from odd_bodies(method.upper(), filled, body_schema(operation, description), description, known)


def body_schema(operation: Schema, description: Schema) -> Schema:
    return resolved(operation["requestBody"]["content"][JSON]["schema"], description)


def odd_methods(path: str, known: set[str]) -> Iterator[Case]:
    for method in METHODS:
        if method not in known:
            yield Case(method, path, {405}, b"{}" if method != "GET" else b"")


def odd_addresses(path: str) -> Iterator[Case]:
    for segment in SEGMENTS:
        odd = quote(segment, safe="%")
        yield Case("GET", f"{re.sub(r'{.*?}', ID, path)}/{odd}", {404, 405})
        if "{" in path:
            yield Case("GET", "/".join(odd if "{" in step else step for step in path.split("/")), {404})


def odd_headers(method: str, path: str, body: bytes) -> Iterator[Case]:
    for accept in TYPES:
        yield Case(method, path, {406}, body, headers={"accept": accept})
    for host in ("evil.example", "[::"):
        yield Case(method, path, {400}, body, headers={"host": host})


def odd_parameters(method: str, path: str, parameter: Schema, body: bytes) -> Iterator[Case]:
    name, place, schema = parameter["name"], parameter["in"], parameter["schema"]
    if name == "Idempotency-Key":
        yield from (Case(method, path, {400}, body, headers={name: key}) for key in KEYS)
    if name == "Consistency-Token":
        yield from (Case(method, path, {400}, headers={name: token}) for token in ["", *OPAQUE])
    if place == "query":
        texts = OPAQUE if name == "cursor" else [text for text in FIGURES if not understood(text, schema)]
        yield from (Case(method, f"{path}?{name}={quote(text)}", {400}) for text in [*texts, "", " ", "\x00"])
        if schema["type"] != "array" or not understood("1", schema):
            yield Case(method, f"{path}?{name}=1&{name}=1", {400})
        yield Case(method, f"{path}?{name}[]=1", {400})


def understood(text: str, schema: Schema) -> bool:
    """Whether the description allows for this text, read as what it asks for."""
    plain = {"integer": r"[0-9]{1,15}", "number": r"[0-9]{1,15}(\.[0-9]{1,2})?", "boolean": "true|false"}
    kind = schema["type"]
    if kind == "array":
        return all(understood(one, schema["items"]) for one in text.split(","))
    if kind != "string" and not re.fullmatch(plain[kind], text):
        return False
    return Draft202012Validator(schema).is_valid(text if kind == "string" else json.loads(text))


def odd_bodies(method: str, path: str, schema: Schema, description: Schema, known: set[str]) -> Iterator[Case]:
    good = sample(schema, description)
    judge = Draft202012Validator({**schema, "components": description["components"]}, format_checker=FORMATS)
    assert judge.is_valid(good), f"{path}: {good}"
    for steps, part in [((), schema), *locations(schema, description)]:
        alike = repr({name: said for name, said in part.items() if name not in WORDS})
        every = 15 if alike in known else 1
        known.add(alike)
        for value in VALUES[::every]:
            wrong = replaced(good, steps, value)
            empty = isinstance(value, str) and not value.strip() and judge.is_valid(replaced(good, steps, ""))
            if not judge.is_valid(wrong) and not empty:
                yield Case(method, path, {400}, json.dumps(wrong).encode())
        for token in TOKENS[::every]:
            text = json.dumps(replaced(good, steps, "PLACE")).replace('"PLACE"', token)
            yield Case(method, path, {400}, text.encode())
        if resolved(part, description).get("properties"):
            for wrong in (replaced(good, (*steps, "unknown"), 1), replaced(good, (*steps, "$where"), "1")):
                yield Case(method, path, {400}, json.dumps(wrong).encode())
    for name in schema.get("required", ()):
        yield Case(method, path, {400}, json.dumps({key: value for key, value in good.items() if key != name}).encode())
    read_by = path.rpartition("/")[0]
    yield from islice(garbled(method, path, json.dumps(good)), 0, None, 5 if read_by in known else 1)
    known.add(read_by)


def garbled(method: str, path: str, good: str) -> Iterator[Case]:
    for kind in KINDS:
        yield Case(method, path, {415}, good.encode(), kind)
    whole = good.encode()
    first = good[1:].partition(", ")[0].rstrip("}")
    bodies = [
        *(
            b" ",
            b"{",
            b"}",
            b"[",
            b'"',
            b"null",
            b"nul",
            b"1",
            b'""',
            b"[]",
            b"{}{}",
            b"\x00",
            b"\xff\xfe",
            b"\x1f\x8b\x08",
        ),
        *(
            whole[:-1],
            whole[1:],
            whole[: len(whole) // 2],
            whole + b"\x00",
            whole + b"{}",
            whole + b"//",
            whole.replace(b'"', b"'"),
        ),
        *(
            good.encode("utf-16"),
            good.encode("utf-32"),
            b"\xef\xbb\xbf" + whole,
            whole.replace(b'"', b'"\xff', 1),
            b"name=x&price=1",
        ),
        *(
            whole[:-1] + b", }",
            whole[:-1] + b', "a": 1}',
            whole[:-1] + b", " + first.encode() + b"}",
            b"[" + whole + b"]",
        ),
        *(
            b"[" * 100_000,
            b'{"a":' * 20_000,
            b'{"a":' * 200 + b"1" + b"}" * 200,
            whole[:-1] + b', "x": ' + b"[" * 5_000 + b"}",
        ),
    ]
    yield from (Case(method, path, {400}, body) for body in bodies)
    yield Case(method, path, {400, 415})
    yield Case(method, path, {413}, whole + b" " * 2_700_000)


def resolved(schema: Schema, description: Schema) -> Schema:
    """What a reference stands for; of several possibilities the first."""
    if "$ref" in schema:
        return resolved(description["components"]["schemas"][schema["$ref"].rpartition("/")[2]], description)
    return resolved(schema["anyOf"][0], description) if "anyOf" in schema else schema


def locations(schema: Schema, description: Schema, steps: Steps = ()) -> Iterator[tuple[Steps, Schema]]:
    """Every member of a body, and of what is in it."""
    whole = resolved(schema, description)
    members = {**whole.get("properties", {}), **({0: whole["items"]} if "items" in whole else {})}
    for name, part in members.items():
        yield (*steps, name), part
        yield from locations(part, description, (*steps, name))


def sample(schema: Schema, description: Schema) -> Any:
    """Something well formed, with every member that there may be, unless an example is given."""
    if "examples" in schema:
        return schema["examples"][0]
    whole = resolved(schema, description)
    match whole:
        case {"enum": [first, *_]} | {"const": first}:
            return first
        case {"properties": members}:
            return {name: sample(part, description) for name, part in members.items()}
        case {"items": part}:
            return [sample(part, description)] * max(1, whole.get("minItems", 0))
        case {"type": "integer" | "number"}:
            return whole.get("minimum", 1)
        case {"type": "boolean"}:
            return True
    texts = [ID, IN_A_YEAR.isoformat(), f"{IN_A_YEAR}T00:00:00Z", "GR", "mezze", "Mezze", f"00/{'0' * 64}", EMAIL]
    return next(text for text in texts if Draft202012Validator(whole, format_checker=FORMATS).is_valid(text))


def replaced(body: Any, steps: Steps, value: Any) -> Any:
    if not steps:
        return deepcopy(value)
    changed = deepcopy(body)
    inner = changed
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = deepcopy(value)
    return changed
