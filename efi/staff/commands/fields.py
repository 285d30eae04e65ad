"""Form fields for the members of a command, made from the JSON Schema of its body, and their way back to JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold import widgets

from efi.domain.payloads import adapter
from efi.domain.values import BARBADOS
from efi.staff.references import One, Reference, Several, may_read, referred_to
from efi.writing.commands import Command

Schema = dict[str, Any]
Cleaned = Mapping[str, Any]
Choices = Iterable[tuple[str, str]]

MISSING = object()
LONG_TEXT = 300
SAID: dict[str, str] = {}


def _nothing(cleaned: Cleaned) -> dict[str, object]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member of a command's body on its form."""

    name: str
    fields: Mapping[str, forms.Field]
    value: Callable[[Cleaned], object]
    """Returns the member as JSON, or MISSING if it is left to its default."""
    initial: Callable[[Any], dict[str, object]]
    """Returns the initial values of the fields, from the member as JSON."""
    nested: bool = False
    kept: Callable[[Cleaned], dict[str, object]] = _nothing
    """Returns the hidden fields of a form that is shown again, as browsers do not send a file twice."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a page has settled before its form asks for the rest."""

    known: Mapping[str, object] = field(default_factory=dict)
    shown: Mapping[str, object] = field(default_factory=dict)
    """That part of what is known that may be replaced while somebody looks at it, such as a proposal."""
    draws: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings, with the members that are asked for below each."""
    choices: Mapping[str, Choices] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    """Members that are asked for in another way than their schema suggests."""


def say(**words: str) -> None:
    """Registers the words that pages use for the names of fields and values that do not read as words.

    Raises `ValueError` for a name that has its words already.
    """
    if taken := SAID.keys() & words:
        raise ValueError(f"the words for {', '.join(sorted(taken))} are registered already")
    SAID.update(words)


def in_words(name: str) -> str:
    """Returns the words for the name of a field, or for a value."""
    return SAID.get(name) or name.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def members_of(kind: type[Command], asking: Asking) -> tuple[Member, ...]:
    """Returns the members of a command that the page has not settled."""
    whole = adapter(kind).json_schema()
    settled = {*asking.known, *asking.draws}
    asked = {name: schema for name, schema in _schemas(whole, whole).items() if name not in settled}
    return tuple(
        asking.members[name] if name in asking.members else _member(name, name, schema, asking.choices.get(name))
        for name, schema in asked.items()
    )


def of_kind(name: str, kind: type, **settled: object) -> Member:
    """Makes a member that asks for the fields of one kind of value, where a command takes one of several kinds.

    `settled` are those of its fields that the page knows, such as the one that tells the kinds apart.
    """
    whole = adapter(kind).json_schema()
    asked = {inner: one for inner, one in _schemas(whole, whole).items() if inner not in settled}
    member = _nested(name, name, {"required": True, "members": asked})
    return replace(member, value=lambda cleaned: {**settled, **_told(member.value(cleaned))})


def _told(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _schemas(schema: Schema, root: Schema) -> dict[str, Schema]:
    required = schema.get("required", ())
    return {name: {"required": name in required, **_whole(one, root)} for name, one in schema["properties"].items()}


def _whole(schema: Schema, root: Schema) -> Schema:
    """Returns a schema with its references resolved, and of alternatives the one that a form asks for."""
    own = {name: value for name, value in schema.items() if name not in ("$ref", "anyOf")}
    if "$ref" in schema:
        return {**_whole(root["$defs"][schema["$ref"].rpartition("/")[2]], root), **own}
    if "anyOf" in schema:
        some = [_whole(one, root) for one in schema["anyOf"] if one.get("type") != "null"]
        asked = next((one for one in some if one.get("type") == "string"), some[0])
        figure = any(one.get("type") == "number" for one in some)
        return {**asked, "figure": figure, "nullable": len(some) < len(schema["anyOf"]), **own}
    if "items" in schema:
        return {**own, "items": _whole(schema["items"], root)}
    if "properties" in schema:
        return {**own, "members": _schemas(schema, root)}
    return own


def _member(name: str, path: str, schema: Schema, choices: Choices | None = None) -> Member:
    if "members" in schema:
        return _nested(name, path, schema)
    return Member(
        name=name,
        fields={path: _field(name, schema, choices)},
        value=lambda cleaned: _as_json(cleaned[path], schema),
        initial=lambda value: {path: _as_shown(value, schema)},
    )


def _nested(name: str, path: str, schema: Schema) -> Member:
    """Makes a member of several fields.

    If it may be left out and all its fields may be empty, a switch in front says whether it is stated.
    """
    members = [_member(inner, f"{path}__{inner}", one) for inner, one in schema["members"].items()]
    fields = {inner: one for member in members for inner, one in member.fields.items()}
    nullable, stated = schema.get("nullable"), f"{path}__stated"
    asks = nullable and not any(one.required for one in fields.values())
    if nullable:
        for one in fields.values():
            one.required = False
    if asks:
        widget = widgets.UnfoldBooleanSwitchWidget
        fields = {
            stated: forms.BooleanField(label=capfirst(f"{in_words(name)} stated"), required=False, widget=widget),
            **fields,
        }

    def value(cleaned: Cleaned) -> object:
        if asks and not cleaned[stated]:
            return None
        if nullable and not asks and not any(cleaned[one] for one in _telling(schema, path)):
            return None
        return {member.name: said for member in members if (said := member.value(cleaned)) is not MISSING}

    def initial(value: Any) -> dict[str, object]:
        begun: dict[str, object] = {stated: value is not None} if asks else {}
        for member in members:
            begun |= member.initial(value[member.name]) if value is not None else {}
        return begun

    return Member(name=name, fields=fields, value=value, initial=initial, nested=True)


def _telling(schema: Schema, path: str) -> list[str]:
    """Returns the fields by which a nested value counts as filled in; a choice without an empty option always is."""
    return [f"{path}__{name}" for name, one in schema["members"].items() if one["required"] and "enum" not in one]


def _field(name: str, schema: Schema, choices: Choices | None) -> forms.Field:
    required = schema["required"] and not schema.get("nullable")
    about = {"label": capfirst(in_words(name)), "required": required, "help_text": schema.get("help", "")}
    if choices is not None:
        return _choice([*([] if required else [("", "none")]), *choices], about)
    if "enum" in schema or "const" in schema:
        return _enumeration(schema, about)
    if schema["type"] == "array":
        return _several(name, schema["items"], about)
    if schema.get("format") == "uuid":
        model = referred_to(name)
        return One(model=model, **about) if model else _id(about)
    return _plain(schema, about)


def _plain(schema: Schema, about: dict[str, Any]) -> forms.Field:
    if schema["type"] == "boolean":
        return forms.BooleanField(widget=widgets.UnfoldBooleanSwitchWidget, **{**about, "required": False})
    if schema["type"] == "integer":
        about = {**about, "min_value": schema.get("minimum"), "max_value": schema.get("maximum")}
        return forms.IntegerField(widget=widgets.UnfoldAdminIntegerFieldWidget, **about)
    if schema.get("format") == "date":
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"type": "date"})
        return forms.DateField(widget=widget, **about)
    if schema.get("format") == "date-time":
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"})
        return forms.DateTimeField(widget=widget, **{**about, "help_text": "in Barbados"})
    return _text(schema, about)


def _text(schema: Schema, about: dict[str, Any]) -> forms.Field:
    longest = schema.get("maxLength")
    if longest and longest > LONG_TEXT:
        widget: forms.Widget = widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3})
    else:
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"} if schema.get("figure") else {})
    may_be_empty = bool(longest and longest > LONG_TEXT and not schema.get("minLength"))
    return forms.CharField(
        widget=widget, max_length=longest, **{**about, "required": about["required"] and not may_be_empty}
    )


def _enumeration(schema: Schema, about: dict[str, Any]) -> forms.Field:
    empty = [("", "-")] if not about["required"] and schema.get("default") is None else []
    values = schema.get("enum") or [schema["const"]]
    about = {**about, "initial": schema.get("default")}
    return _choice([*empty, *((one, in_words(one) if one.islower() else SAID.get(one, one)) for one in values)], about)


def _choice(choices: list[tuple[str, str]], about: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=choices, widget=widgets.UnfoldAdminSelectWidget, **about)


def _several(name: str, item: Schema, about: dict[str, Any]) -> forms.Field:
    about = {**about, "required": False}
    if "enum" in item:
        choices = [(one, SAID.get(one) or in_words(one.lower())) for one in item["enum"]]
        return forms.MultipleChoiceField(
            choices=choices, widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget, **about
        )
    if item.get("format") == "uuid" and (model := referred_to(name)):
        return Several(model=model, **about)
    return _words(about)


def offered(field: forms.Field, request: HttpRequest) -> forms.Field:
    """Returns a field with its choices, or one for plain ids where these are records that one may not read."""
    if not isinstance(field, Reference):
        return field
    if may_read(request, field.model):
        field.offer(request)
        return field
    about = {"label": field.label, "required": field.required, "help_text": field.help_text}
    return _words(about) if field.several else _id(about)


def _id(about: dict[str, Any]) -> forms.Field:
    said = {"invalid": "this is no id"}
    return forms.UUIDField(widget=widgets.UnfoldAdminTextInputWidget, error_messages=said, **about)


def _words(about: dict[str, Any]) -> forms.Field:
    return Words(**{**about, "help_text": "by commas"})


def in_order(name: str, things: Iterable[tuple[str, str]]) -> Member:
    """Makes a member that asks for the order of these things, each a key and a name, by a number for each."""
    keys = dict(things)
    widget = widgets.UnfoldAdminIntegerFieldWidget
    fields = {
        f"{name}__{key}": forms.IntegerField(label=called, min_value=1, initial=place, widget=widget)
        for place, (key, called) in enumerate(keys.items(), 1)
    }
    return Member(
        name=name,
        fields=fields,
        value=lambda cleaned: sorted(keys, key=lambda key: cleaned[f"{name}__{key}"]),
        initial=lambda order: {f"{name}__{key}": place for place, key in enumerate(order, 1)},
        nested=True,
    )


class Words(forms.CharField):
    """A field for several words with commas between them."""

    widget = widgets.UnfoldAdminTextInputWidget

    def to_python(self, value: Any) -> Any:
        return [word.strip() for word in str(value or "").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(value or ())


def _as_json(value: Any, schema: Schema) -> object:
    if value == "" and schema.get("figure"):
        return MISSING
    if value in (None, "") and schema["type"] != "boolean":
        if schema.get("nullable"):
            return None
        return "" if schema["type"] == "string" and "enum" not in schema else MISSING
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value) if schema["type"] == "string" else value


def _as_shown(value: Any, schema: Schema) -> object:
    """Returns the value for a field: a moment by the clock of Barbados, as the browser's input takes it."""
    moment = schema.get("format") == "date-time" and isinstance(value, str)
    return datetime.fromisoformat(value).astimezone(BARBADOS).strftime("%Y-%m-%dT%H:%M") if moment else value
