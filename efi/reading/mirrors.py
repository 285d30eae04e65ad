"""Mirrors: stores beside MongoDB that hold copies of a read model's documents, each at its revision."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from efi.reading.projections import Generation


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A document of which a mirror holds another state than MongoDB, and how it differs."""

    identity: str
    what: str

    def __str__(self) -> str:
        return f"{self.identity}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """A mirror of one read model. Its functions may be called at any time and again; they raise `followers.Outage`."""

    name: str
    read_model: str
    is_used: Callable[[], bool]
    fill: Callable[[Generation], None]
    """Writes all documents, before a pointer switches to the generation and again after it for what bells missed."""
    drop: Callable[[Generation], None]
    differences: Callable[[Generation, Collection[str] | None], Iterator[Mismatch]]
    """Compares these documents, or all."""
    heal: Callable[[Generation, Collection[str]], None]


MIRRORS: list[Mirror] = []


def of(read_model: str) -> list[Mirror]:
    """Returns the mirrors of a read model that are in use here."""
    return [one for one in MIRRORS if one.read_model == read_model and one.is_used()]
