"""Form fields for the members of a command, made from the JSON Schema of its body, and their way back to JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from unfold import widgets

from efi.domain.payloads import adapter
from efi.staff.references import One, Several, referred_to
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
class Part:
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
    draws: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings, with the members that are asked for below each."""
    choices: Mapping[str, Choices] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    """Members that are asked for in another way than their schema suggests."""


def say(**words: str) -> None:
    """Registers the words that pages use for the names of fields and values that do not read as words."""
    SAID.update(words)


def in_words(name: str) -> str:
    """Returns the words for the name of a field, or for a value."""
    return SAID.get(name) or name.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def parts_of(kind: type[Command], asking: Asking) -> tuple[Part, ...]:
    """Returns a part for each member of a command that the page has not settled."""
    schema = adapter(kind).json_schema()
    settled = {*asking.known, *asking.draws}
    asked = {name: member for name, member in _members(schema, schema).items() if name not in settled}
    return tuple(
        asking.parts[name] if name in asking.parts else _part(name, name, member, asking.choices.get(name))
        for name, member in asked.items()
    )


def _members(schema: Schema, root: Schema) -> dict[str, Schema]:
    required = schema.get("required", ())
    return {
        name: {"required": name in required, **_whole(member, root)} for name, member in schema["properties"].items()
    }


def _whole(member: Schema, root: Schema) -> Schema:
    """Returns a schema with its references resolved, and of alternatives the one that a form asks for."""
    own = {name: value for name, value in member.items() if name not in ("$ref", "anyOf")}
    if "$ref" in member:
        return {**_whole(root["$defs"][member["$ref"].rpartition("/")[2]], root), **own}
    if "anyOf" in member:
        some = [_whole(one, root) for one in member["anyOf"] if one.get("type") != "null"]
        asked = next((one for one in some if one.get("type") == "string"), some[0])
        figure = any(one.get("type") == "number" for one in some)
        return {**asked, "figure": figure, "nullable": len(some) < len(member["anyOf"]), **own}
    if "items" in member:
        return {**own, "items": _whole(member["items"], root)}
    if "properties" in member:
        return {**own, "members": _members(member, root)}
    return own


def _part(name: str, path: str, member: Schema, choices: Choices | None = None) -> Part:
    if "members" in member:
        return _nested(name, path, member)
    return Part(
        name=name,
        fields={path: _field(name, member, choices)},
        value=lambda cleaned: _as_json(cleaned[path], member),
        initial=lambda value: {path: _as_shown(value, member)},
    )


def _nested(name: str, path: str, member: Schema) -> Part:
    """Makes the part of a member with several fields.

    If it may be left out and all its fields may be empty, a switch in front says whether it is stated.
    """
    parts = [_part(inner, f"{path}__{inner}", one) for inner, one in member["members"].items()]
    fields = {inner: one for part in parts for inner, one in part.fields.items()}
    nullable, stated = member.get("nullable"), f"{path}__stated"
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
        if nullable and not asks and not any(cleaned[one] for one in _telling(member, path)):
            return None
        return {part.name: said for part in parts if (said := part.value(cleaned)) is not MISSING}

    def initial(value: Any) -> dict[str, object]:
        begun: dict[str, object] = {stated: value is not None} if asks else {}
        for part in parts:
            begun |= part.initial(value[part.name]) if value is not None else {}
        return begun

    return Part(name=name, fields=fields, value=value, initial=initial, nested=True)


def _telling(member: Schema, path: str) -> list[str]:
    """Returns the fields by which a nested value counts as filled in; a choice without an empty option always is."""
    return [f"{path}__{name}" for name, one in member["members"].items() if one["required"] and "enum" not in one]


def _field(name: str, member: Schema, choices: Choices | None) -> forms.Field:
    required = member["required"] and not member.get("nullable")
    about = {"label": capfirst(in_words(name)), "required": required, "help_text": member.get("help", "")}
    if choices is not None:
        return _choice([*([] if required else [("", "none")]), *choices], about)
    if "enum" in member or "const" in member:
        return _enumeration(member, about)
    if member["type"] == "array":
        return _several(name, member["items"], about)
    if member.get("format") == "uuid":
        model = referred_to(name)
        return (
            One(model=model, **about) if model else forms.UUIDField(widget=widgets.UnfoldAdminTextInputWidget, **about)
        )
    return _plain(member, about)


def _plain(member: Schema, about: dict[str, Any]) -> forms.Field:
    if member["type"] == "boolean":
        return forms.BooleanField(widget=widgets.UnfoldBooleanSwitchWidget, **{**about, "required": False})
    if member["type"] == "integer":
        about = {**about, "min_value": member.get("minimum"), "max_value": member.get("maximum")}
        return forms.IntegerField(widget=widgets.UnfoldAdminIntegerFieldWidget, **about)
    if member.get("format") == "date":
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"type": "date"})
        return forms.DateField(widget=widget, **about)
    if member.get("format") == "date-time":
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"})
        return forms.DateTimeField(widget=widget, **{**about, "help_text": "UTC"})
    return _text(member, about)


def _text(member: Schema, about: dict[str, Any]) -> forms.Field:
    longest = member.get("maxLength")
    if longest and longest > LONG_TEXT:
        widget: forms.Widget = widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3})
    else:
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"} if member.get("figure") else {})
    may_be_empty = bool(longest and longest > LONG_TEXT and not member.get("minLength"))
    return forms.CharField(
        widget=widget, max_length=longest, **{**about, "required": about["required"] and not may_be_empty}
    )


def _enumeration(member: Schema, about: dict[str, Any]) -> forms.Field:
    empty = [("", "-")] if not about["required"] and member.get("default") is None else []
    values = member.get("enum") or [member["const"]]
    about = {**about, "initial": member.get("default")}
    return _choice([*empty, *((one, in_words(one) if one.islower() else one) for one in values)], about)


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
    return Words(**{**about, "help_text": "by commas"})


def in_order(name: str, things: Iterable[tuple[str, str]]) -> Part:
    """Makes a part that asks for the order of these things, each a key and a name, by a number for each."""
    keys = dict(things)
    widget = widgets.UnfoldAdminIntegerFieldWidget
    fields = {
        f"{name}__{key}": forms.IntegerField(label=called, min_value=1, initial=place, widget=widget)
        for place, (key, called) in enumerate(keys.items(), 1)
    }
    return Part(
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


def _as_json(value: Any, member: Schema) -> object:
    if value in (None, "") and member["type"] != "boolean":
        if member.get("nullable"):
            return None
        return "" if member["type"] == "string" and "enum" not in member else MISSING
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value) if member["type"] == "string" else value


def _as_shown(value: Any, member: Schema) -> object:
    """Returns the value for a field: a moment without its zone, as the browser's input takes it."""
    moment = member.get("format") == "date-time" and isinstance(value, str)
    return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M") if moment else value
