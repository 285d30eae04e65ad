"""Verbs: how the pages of a kind of record offer the commands on it."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from efi.domain.payloads import adapter
from efi.staff.commands.fields import Asking, Choices, Member, in_words
from efi.writing.commands import HANDLERS, Command, Receipt

Told = Sequence[tuple[str, object]]


def always(record: Any) -> bool:
    """Returns True: the verb fits every record."""
    return True


def nobody(record: Any) -> str:
    """Returns "": nobody has asked for what the verb answers."""
    return ""


def that_has(name: str, *values: object) -> Callable[[Any], bool]:
    """Returns whether a verb fits a record: where the field `name` has one of these values."""
    return lambda record: getattr(record, name) in values


def nothing(record: Any) -> dict[str, Any]:
    """Returns nothing to fill a form with."""
    return {}


def as_it_is(*names: str) -> Callable[[Any], Mapping[str, object]]:
    """Returns what a form begins with: these fields, as the record has them."""
    return lambda record: {name: getattr(record, name) for name in names}


def priced(record: Any) -> Mapping[str, object]:
    """Returns the record's price, for a form to begin with."""
    return {"price": {"amount": str(record.price), "currency": record.currency}}


def silent(record: Any) -> Told:
    """Returns nothing to be told before a command is given."""
    return ()


def lands_on_what_it_made(command: Any, receipt: Receipt) -> str:
    """Returns the id of what the command has made."""
    return str(receipt.id)


@dataclass(frozen=True, kw_only=True, eq=False)
class Verb:
    """A command as pages offer it: by a button, a form, and perhaps on many records at once."""

    command: type[Command]
    title: str = ""
    """Defaults to the command's name in words."""
    sends: str = ""
    """The text of the form's button; defaults to the same."""
    icon: str = "edit"
    new: bool = False
    """It makes a record, and is offered on the list."""
    fits: Callable[[Any], bool] = always
    """Whether a record's state allows it: it is offered on no other."""
    asked_by: Callable[[Any], str] = nobody
    """Who has asked for what it agrees to: it is not offered to them."""
    aside: bool = False
    """It stands under "more", not in front."""
    in_row: Callable[[Any], bool] | None = None
    """Of which records, among those that it fits, it is offered in the row of the list too; None for none."""
    bulk: bool = False
    grave: bool = False
    """It cannot be taken back."""
    filled: Callable[[Any], Mapping[str, object]] = nothing
    """The form's initial values as JSON, from the record, or from the page's address for a new one."""
    known: Callable[[Any], Mapping[str, object]] = nothing
    """Members that the form does not ask for, besides the record's own ids."""
    tells: Callable[[Any], Told] = silent
    """What one should know before giving it, each with its name."""
    choices: Callable[[Any], Mapping[str, Choices]] = nothing
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings of the form, with the members below each; those under none come last."""
    draws: tuple[str, ...] = ()
    """Members with ids that the form draws."""
    members: Callable[[Any], Mapping[str, Member]] = nothing
    """Members that are asked for in another way than their schema suggests."""
    lands: Callable[[Any, Receipt], str] = lands_on_what_it_made
    """The id of the record that is shown after a new one was made."""

    @property
    def name(self) -> str:
        return HANDLERS[self.command].name

    @property
    def permission(self) -> str:
        return HANDLERS[self.command].permission

    @property
    def words(self) -> str:
        return self.title or in_words(self.name)

    @property
    def explained(self) -> str:
        """Returns what the command does, as its docstring says it."""
        return inspect.getdoc(self.command) or ""

    def is_for(self, record: Any, account: Any) -> bool:
        """Returns whether it can be done: the record's state allows it, and it is not one's own request."""
        return self.fits(record) and self.asked_by(record) != str(account.pk)

    def asking(self, ids: Mapping[str, object], record: Any) -> Asking:
        """Returns what the form need not ask.

        `ids` are the members that the record settles, for commands that have them.
        """
        members = adapter(self.command).json_schema()["properties"]
        known = {name: value for name, value in {**ids, **self.known(record)}.items() if name in members}
        settled = {"known": known, "draws": self.draws, "groups": self.groups, "members": self.members(record)}
        return Asking(**settled, shown=self._shown(record), choices=self.choices(record))  # type: ignore[arg-type]

    def _shown(self, record: Any) -> Mapping[str, object]:
        """Returns what is known beyond the record's own id, which the form's address names."""
        own = record.pk if record else None
        return {name: value for name, value in self.known(record).items() if value != own}
