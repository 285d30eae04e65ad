"""Aggregates: plain Python that decides; no database, no clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self, TypeVar, dataclass_transform
from uuid import UUID

from efi.domain.events import Event


@dataclass(kw_only=True)
class Aggregate:
    """One thing whose rules hold at every moment. Verbs record events; `evolve` alone changes state."""

    kind: ClassVar[str]
    told_by: ClassVar[type[UUID] | type[date] | None] = UUID
    """What the second part of its streams' names is; None for an aggregate of which there is only one."""
    id: UUID | None = None
    version: int = 0
    recorded_at: datetime | None = None
    """When its last commit was recorded; the next is recorded no earlier."""

    def __post_init__(self) -> None:
        self.pending: list[Event] = []
        self.moment: datetime | None = None
        """When the event that `evolve` is given happened; None where nobody said so."""

    @property
    def identity(self) -> UUID:
        """Returns the id; raises `LookupError` for an aggregate of which there is only one."""
        if self.id is None:
            raise LookupError(f"{self.kind} is the only one of its kind")
        return self.id

    @property
    def stream(self) -> str:
        return stream_of(self.kind, self.id)

    @property
    def owner(self) -> UUID | None:
        """Returns the account whose own this is; nobody else changes it without a permission."""
        return None

    @property
    def person(self) -> UUID | None:
        """Returns whose its personal fields are; what is of a person is kept in memory for a second at most."""
        return None

    def record(self, event: Event) -> None:
        """Applies a new event and keeps it for the commit, by which it comes into the log."""
        self.evolve(event)
        self.pending.append(event)

    def replay(self, events: Iterable[Event], moment: datetime | None = None) -> Self:
        self.moment = moment
        for event in events:
            self.evolve(event)
            self.version += 1
        return self

    def evolve(self, event: Event) -> None:
        raise NotImplementedError


A = TypeVar("A", bound=Aggregate)
AGGREGATES: dict[str, type[Aggregate]] = {}


@dataclass_transform(kw_only_default=True)
def aggregate(kind: str, *, told_by: type[UUID] | type[date] | None = UUID) -> Callable[[type[A]], type[A]]:
    """Makes a class a dataclass, whose fields are its state, and gives its streams their first word.

    `told_by` is what stands behind that: an id, a day, or nothing where there is only one of the kind.
    """

    def register(made: type[A]) -> type[A]:
        made = dataclass(kw_only=True)(made)
        made.kind, made.told_by = kind, told_by
        AGGREGATES[kind] = made
        return made

    return register


def stream_of(kind: str, identity: UUID | str | None) -> str:
    """Returns the name of a stream: `product:0192…`, or the kind alone for an aggregate of which there is only one."""
    return f"{kind}:{identity}" if identity else kind


def is_stream(name: str) -> bool:
    """Tells whether a name is one that a stream of some aggregate can have."""
    kind, colon, told = name.partition(":")
    if (made := AGGREGATES.get(kind)) is None or (made.told_by is None) is bool(colon):
        return False
    return not colon or _is_told(made, told)


def _is_told(made: type[Aggregate], told: str) -> bool:
    read = date.fromisoformat if made.told_by is date else UUID
    try:
        return str(read(told)) == told
    except ValueError:
        return False
