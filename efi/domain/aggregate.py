"""Aggregates: plain Python that decides; no database, no clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self, TypeVar, dataclass_transform
from uuid import UUID

from efi.domain.events import Event


@dataclass(kw_only=True)
class Aggregate:
    """One thing whose rules hold at every moment. Verbs record events; `evolve` alone changes state."""

    kind: ClassVar[str]
    id: UUID | None = None
    version: int = 0
    recorded_at: datetime | None = None
    """When its last commit was recorded; the next is recorded no earlier."""

    def __post_init__(self) -> None:
        self.pending: list[Event] = []

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

    def record(self, event: Event) -> None:
        """Applies a new event and keeps it for the commit, by which it comes into the log."""
        self.evolve(event)
        self.pending.append(event)

    def replay(self, events: Iterable[Event]) -> Self:
        for event in events:
            self.evolve(event)
            self.version += 1
        return self

    def evolve(self, event: Event) -> None:
        raise NotImplementedError


A = TypeVar("A", bound=Aggregate)
AGGREGATES: dict[str, type[Aggregate]] = {}


@dataclass_transform(kw_only_default=True)
def aggregate(kind: str) -> Callable[[type[A]], type[A]]:
    """Makes a class a dataclass, whose fields are its state, and gives its streams their first word."""

    def register(made: type[A]) -> type[A]:
        made = dataclass(kw_only=True)(made)
        made.kind = kind
        AGGREGATES[kind] = made
        return made

    return register


def stream_of(kind: str, identity: UUID | str | None) -> str:
    """Returns the name of a stream: `product:0192…`, or the kind alone for an aggregate of which there is only one."""
    return f"{kind}:{identity}" if identity else kind
