"""Commands: orders to the write side, and the register of their handlers."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar, dataclass_transform, get_args, get_type_hints
from uuid import UUID, uuid5

from django.utils.functional import cached_property
from pydantic import ConfigDict, ValidationError

from efi.domain import payloads
from efi.domain.context import Context
from efi.log import keys

CALLERS = UUID("6f1f0d0e-52a5-4b8e-9d3c-0b7a9f4f7c51")


Subject = Annotated[UUID, "subject"]
"""The field of a command that names what it is about; the id that its caller is answered."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """An order. Its fields are the body that a caller sends, one of them the `Subject`, unless it creates one."""


B = TypeVar("B")
C = TypeVar("C", bound=Command)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(kind: type[C]) -> type[C]:
    """Makes a class a command: a frozen dataclass, read from a caller's body without unknown fields."""
    made = dataclass(frozen=True, kw_only=True)(kind)
    config = ConfigDict(extra="forbid", revalidate_instances="always")
    made.__pydantic_config__ = config  # type: ignore[attr-defined]
    return made


def read(kind: type[B], body: bytes) -> B:
    """Makes a command, or what else a body may be, from JSON by its type hints.

    Raises `Malformed` that points at what is wrong.
    """
    try:
        said: B = payloads.adapter(kind).validate_json(body, strict=True)
    except ValidationError as error:
        raise payloads.malformed(error) from error
    return said


def checked(command: C, at: datetime) -> C:
    """Returns the command as its fields promise it, whoever made it; raises `Malformed` where they do not hold at `at`.

    What lies ahead is bounded as seen from `at`, the time of the command.
    """
    try:
        kept: C = payloads.adapter(type(command)).validate_python(command, context={"at": at})
    except ValidationError as error:
        raise payloads.malformed(error) from error
    return kept


Handler = Callable[[C, Context], None]


@dataclass(frozen=True)
class Handled:
    """How a kind of command is carried out."""

    kind: type[Command]
    handler: Handler[Command]
    transaction: bool
    creates: bool

    @cached_property
    def name(self) -> str:
        """Returns the name that the API and the permissions use, such as `change_price`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.kind.__name__).lower()

    @cached_property
    def subject(self) -> str:
        """Returns the name of the field that holds the `Subject`; raises `LookupError` if there is none."""
        hints = get_type_hints(self.kind, include_extras=True)
        named = [name for name, hint in hints.items() if Subject in (hint, *get_args(hint))]
        if len(named) != 1:
            raise LookupError(f"{self.kind.__name__} has {len(named)} fields of type Subject, and needs one")
        return named[0]

    def hash_of(self, command: Command) -> str:
        """Returns a digest of the command's name and body, by which a key that comes back with another is found out.

        Nobody else can make it, as a body may be short and personal.
        """
        return keys.digest(self._said(command))

    def hash_without_key(self, command: Command) -> str:
        """Returns the digest that releases before had, for what they have carried out."""
        return hashlib.sha256(self._said(command).encode()).hexdigest()

    def _said(self, command: Command) -> str:
        return self.name + payloads.adapter(self.kind).dump_json(command).decode()

    @property
    def permission(self) -> str:
        return f"{self.kind.__module__.partition('.')[0]}.{self.name}"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a caller may rely on: the log holds these streams up to these versions. `version` is the first one's."""

    id: UUID
    version: int
    streams: dict[str, int] = field(default_factory=dict)
    replayed: bool = False
    status: str = ""


HANDLERS: dict[type[Command], Handled] = {}


def handles(kind: type[C], *, transaction: bool = False, creates: bool = False) -> Callable[[Handler[C]], Handler[C]]:
    """Registers a command's handler. With `transaction` it may borrow several aggregates, claim and guard.

    With `creates` the receipt names the id that the context draws for what is new. Raises `ValueError` for a command by
    whose name another is given already.
    """

    def register(handler: Handler[C]) -> Handler[C]:
        handled = Handled(kind, handler, transaction, creates)  # type: ignore[arg-type]
        if any(other.name == handled.name for other in HANDLERS.values() if other.kind is not kind):
            raise ValueError(f"{handled.name} is the name of two commands")
        HANDLERS[kind] = handled
        return handler

    return register


def command_id_of(kind: type[Command], actor: str, key: str) -> UUID:
    """Returns the id of a command with a key: the same each time the same caller sends the same key."""
    return uuid5(CALLERS, f"{actor}|{kind.__name__}|{key}")
