"""The kinds of import that contexts have registered: what a file holds, and which commands its rows give."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from efi.http.permissions import has_permission_for, read_records_of
from efi.imports.importer import Importer
from efi.imports.tables import Columns, Row
from efi.writing.commands import Command


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something that may be asked for with a file; its name is that of the form's field and the argument's."""

    name: str
    label: str
    told: str
    """What is said of an import for which it was asked."""
    gives: tuple[type[Command], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Files of one kind, such as of products. With it come its page, and all that a run does."""

    name: str
    title: str
    columns: Columns
    read: Callable[[Row], Any]
    """Notes what is wrong with a row, of which then nothing is given."""
    importer: type[Importer[Any]]
    about: str
    """What comes of a row, for those who bring a file."""
    remarks: tuple[str, ...] = ()
    """What is to be known of the columns."""
    options: tuple[Option, ...] = ()
    place: int = 50
    """Its place among the kinds, the smallest first; that is the one whose page opens."""

    @property
    def read_records(self) -> str:
        """Returns the permission to read the records of its context."""
        return read_records_of(self.importer.__module__.partition(".")[0])

    def must_be_allowed(self, account: Any, options: Iterable[str] = ()) -> None:
        """Raises `PermissionDenied` for whoever may not give each command that such an import gives."""
        if not self.is_for(account, options):
            raise PermissionDenied(f"not allowed to import {self.name}")

    def is_for(self, account: Any, options: Iterable[str] = ()) -> bool:
        chosen = [one.gives for one in self.options if one.name in options]
        return account is not None and all(
            has_permission_for(account, kind) for kind in sum(chosen, self.importer.gives)
        )


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Registers a kind of files that can be imported; raises `ValueError` for a name that another has."""
    if kind.name in KINDS:
        raise ValueError(f"{kind.name} is the name of two kinds of import")
    KINDS[kind.name] = kind
    return kind
