"""Forms for commands: each builds its command as the API does, and shows a fault beside the field that it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from uuid_utils.compat import uuid7

from efi.domain.errors import KeyReused, Malformed, Refusal, Unavailable
from efi.staff.commands.fields import MISSING, Asking, Cleaned, Member, in_words, members_of, offered
from efi.writing.commands import Command, read

REFUSED_AT: dict[str, tuple[str, ...]] = {}
SUPPLIED_BY: dict[str, tuple[type[Command], str]] = {}


def refused_at(code: str, *names: str) -> None:
    """Registers the members that a refusal may be about; a form shows it beside the first of them that it asks for.

    A code that several contexts refuse with, such as `not_found`, is given the members of each. Raises `ValueError` for
    a member that it has already.
    """
    before = REFUSED_AT.get(code, ())
    if taken := set(before).intersection(names):
        raise ValueError(f"{code} is shown at {', '.join(sorted(taken))} already")
    REFUSED_AT[code] = (*before, *names)


def supplied_by(missing: str, kind: type[Command], field: str) -> None:
    """Registers the command, and the field of its form, by which one says what a refusal names as missing."""
    SUPPLIED_BY[missing] = (kind, field)


def field_for(missing: str) -> str:
    """Returns the field in which one says what is missing; "" where none is registered."""
    return SUPPLIED_BY[missing][1] if missing in SUPPLIED_BY else ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that stand together on a form."""

    heading: str
    fields: list[forms.BoundField]
    nested: bool = False


class CommandForm(forms.Form):
    """The form of a command."""

    gives: ClassVar[type[Command]]
    members: ClassVar[tuple[Member, ...]]
    asking: ClassVar[Asking]
    command: Command

    idempotency_key = forms.CharField(widget=forms.HiddenInput, initial=uuid7, max_length=100)
    drawn = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    """The id of what the command makes, if its caller draws it."""
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The version of the stream that the form was filled from."""
    settled = forms.CharField(widget=forms.HiddenInput, required=False)
    """What the page had settled when it was opened, such as the proposal that it is about."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self._build(cleaned)
            except forms.ValidationError:
                self._keep(cleaned)
                raise
        return cleaned

    def refuse(self, refusal: Refusal | Unavailable) -> None:
        """Shows a refusal beside the field that it is about, or above the form, and keeps the input."""
        self._keep(self.cleaned_data)
        if isinstance(refusal, KeyReused):
            self.say_again(idempotency_key=uuid7(), drawn=uuid7())
            self.add_error(None, "this form was sent before with something else in it: send it again if you mean both")
        elif isinstance(refusal, Malformed):
            self._show(refusal)
        elif isinstance(refusal, Unavailable):
            self.add_error(None, f"{refusal}: send it again in a moment")
        elif asked := [field for field in map(field_for, refusal.missing) if field in self.fields]:
            for field in asked:
                self.add_error(field, "this is missing")
        else:
            beside = (self._field_of((name,)) for name in REFUSED_AT.get(refusal.code, ()))
            self.add_error(next(filter(None, beside), None), refusal.detail)

    def _keep(self, cleaned: Cleaned) -> None:
        for member in self.members:
            self.say_again(**member.kept(cleaned))

    def say_again(self, **hidden: object) -> None:
        """Changes what the hidden fields hold when the form is sent again."""
        data: Any = self.data
        self.data = again = data.copy()
        for name, value in hidden.items():
            again[self.add_prefix(name)] = str(value)

    @classmethod
    def about(cls) -> str:
        """Returns what the page shows and may be replaced, as text that is compared when the form comes back.

        It is empty where the address of the form says all that it is about.
        """
        return orjson.dumps(cls.asking.shown, option=orjson.OPT_SORT_KEYS).decode() if cls.asking.shown else ""

    @cached_property
    def groups(self) -> list[Group]:
        """Returns the fields by heading; a member with several fields gets a heading of its own."""
        groups: list[Group] = []
        members = {member.name: member for member in self.members}
        for heading, names in (*self.asking.groups.items(), ("", tuple(members))):
            groups += self._group(heading, [members.pop(name) for name in names if name in members])
        return groups

    def _group(self, heading: str, members: list[Member]) -> Iterator[Group]:
        if plain := [self[name] for member in members if not member.nested for name in member.fields]:
            yield Group(heading=heading, fields=plain)
        for member in members:
            if member.nested:
                yield Group(heading=in_words(member.name), fields=[self[name] for name in member.fields], nested=True)

    def _build(self, cleaned: Cleaned) -> None:
        body = {**self.asking.known, **{name: str(cleaned["drawn"]) for name in self.asking.draws}}
        body |= {member.name: said for member in self.members if (said := member.value(cleaned)) is not MISSING}
        try:
            self.command = read(self.gives, orjson.dumps(body))
        except Malformed as wrong:
            self._show(wrong)

    def _show(self, wrong: Malformed) -> None:
        for fault in wrong.faults:
            steps = tuple(step for step in fault["pointer"].split("/") if step and not step.isdigit())
            name = self._field_of(steps)
            message = fault["detail"]
            if not name:
                self.add_error(None, f"{in_words(' '.join(steps))}: {message}")
            elif not self.has_error(name):
                self.add_error(name, message)

    def _field_of(self, steps: tuple[str, ...]) -> str | None:
        """Returns the field of a member, or the first field of a nested one."""
        if not steps:
            return None
        named = "__".join(steps)
        begun = (name for name in self.fields if name == named or name.startswith(f"{named}__"))
        return next(begun, None) or self._field_of(steps[:-1])


def form_for(kind: type[Command], asking: Asking, request: HttpRequest) -> type[CommandForm]:
    """Makes the form class of a command, without the members that its page has settled.

    It names no records that the person asking may not read.
    """
    members = members_of(kind, asking)
    fields = {name: offered(one, request) for member in members for name, one in member.fields.items()}
    return type(f"{kind.__name__}Form", (CommandForm,), {**fields, "gives": kind, "members": members, "asking": asking})


def initial_for(form: type[CommandForm], filled: Mapping[str, object]) -> dict[str, object]:
    """Returns the initial values of the fields, from the members of a body as JSON."""
    begun: dict[str, object] = {}
    for member in form.members:
        begun |= member.initial(filled[member.name]) if member.name in filled else {}
    return begun
