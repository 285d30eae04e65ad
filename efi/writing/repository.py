"""Lends aggregates to commands, from memory or from a snapshot and the log."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from efi.domain.aggregate import Aggregate, stream_of
from efi.domain.errors import NotFound, Rejected
from efi.log import epoch, keys
from efi.log.event_store import read
from efi.writing import snapshots
from efi.writing.unit import current

A = TypeVar("A", bound=Aggregate)
MOST_HELD = 2_000


class Memory:
    """A cache of aggregates. One that is borrowed is taken out, so that a failed attempt leaves nothing behind."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Aggregate] = OrderedDict()
        self._of_people: dict[str, Aggregate] = {}
        self._lock = Lock()

    def take(self, stream: str) -> Aggregate | None:
        """Takes an aggregate out; returns None if there is none, or if the log's epoch is another by now."""
        if epoch.has_changed():
            self.forget()
        with self._lock:
            return self._held.pop(stream, None) or self._of_people.pop(stream, None)

    def keep(self, aggregate: Aggregate) -> None:
        """Keeps an aggregate; one of a person for a second, as another process may forget them."""
        if aggregate.person:
            keys.ring.clear_soon()
            self._of_people[aggregate.stream] = aggregate
            return
        with self._lock:
            self._held[aggregate.stream] = aggregate
            if len(self._held) > MOST_HELD:
                self._held.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._held.clear()
        self.forget_people()

    def forget_people(self) -> None:
        self._of_people = {}


memory = Memory()
keys.HELD_OF_PEOPLE.append(memory.forget_people)


class Repository(Generic[A]):
    """The aggregates of one class."""

    def __init__(self, aggregate: type[A]) -> None:
        self.aggregate = aggregate

    @contextmanager
    def new(self, identity: UUID) -> Iterator[A]:
        """Lends one that is not there yet, which the append will prove.

        Raises `Rejected` where the command is given by an owner and makes what is another's.
        """
        aggregate = self.aggregate(id=identity)
        current().borrow(aggregate)
        yield aggregate
        self._must_be_made_for_its_giver(aggregate)

    @contextmanager
    def existing(self, identity: UUID | None = None) -> Iterator[A]:
        """Lends one that has events; raises `NotFound` where it has none, or is another's than the owner who asks."""
        with self.opened(identity) as aggregate:
            self._must_be_there(aggregate)
            yield aggregate

    @contextmanager
    def opened(self, identity: UUID | None = None) -> Iterator[A]:
        """Lends one as it is, or empty: for what comes to be by its first use. Raises as `existing` and `new` do."""
        aggregate = self._held(identity) or self._remembered(identity) or self.load(identity, in_transaction=True)
        current().borrow(aggregate)
        self._must_be_its_givers(aggregate)
        yield aggregate
        self._must_be_made_for_its_giver(aggregate)

    def must_exist(self, identity: UUID) -> A:
        """Returns it as the transaction sees it, to look at; raises `NotFound` where it has no events.

        For what is never taken away again, so that no guard is needed.
        """
        looked_at, stream = current().looked_at, stream_of(self.aggregate.kind, identity)
        aggregate = self._held(identity) or looked_at.get(stream)
        if not isinstance(aggregate, self.aggregate):
            aggregate = looked_at[stream] = self.load(identity, in_transaction=True)
        self._must_be_there(aggregate)
        self._must_be_its_givers(aggregate)
        return aggregate

    def load(self, identity: UUID | None = None, *, until: datetime | None = None, in_transaction: bool = False) -> A:
        """Loads an aggregate from the log as of `until`, by what was recorded; one without events has version 0."""
        session = current().session if in_transaction else None
        aggregate = snapshots.load(self.aggregate, stream_of(self.aggregate.kind, identity)) if not until else None
        aggregate = aggregate or self.aggregate(id=identity)
        known = aggregate.version
        for commit in read(aggregate.stream, known, until, session):
            aggregate.replay(commit.events, commit.occurred_at)
            aggregate.recorded_at = commit.recorded_at
        if aggregate.version - known >= snapshots.LONG and not until and not session:
            snapshots.keep(aggregate, known)
        return aggregate

    def _held(self, identity: UUID | None) -> A | None:
        """Returns it as a command of the same transaction has left it, carried out within another."""
        held = current().held(stream_of(self.aggregate.kind, identity))
        return held if isinstance(held, self.aggregate) else None

    def _remembered(self, identity: UUID | None) -> A | None:
        unit = current()
        if unit.session or not unit.may_remember:
            return None
        held = memory.take(stream_of(self.aggregate.kind, identity))
        unit.remembered = held is not None
        return held if isinstance(held, self.aggregate) else None

    def _must_be_there(self, aggregate: Aggregate) -> None:
        if not aggregate.version and not aggregate.pending:
            raise NotFound(f"there is no {self.aggregate.kind} {aggregate.id}")

    def _must_be_its_givers(self, aggregate: Aggregate) -> None:
        """Refuses another's as what is not there, so that nobody learns of it."""
        if _is_anothers(aggregate):
            raise NotFound(f"there is no {self.aggregate.kind} {aggregate.id}")

    def _must_be_made_for_its_giver(self, aggregate: Aggregate) -> None:
        if not aggregate.version and _is_anothers(aggregate):
            raise Rejected(f"a {self.aggregate.kind} is made for oneself alone", code="not_yours")


def _is_anothers(aggregate: Aggregate) -> bool:
    giver = current().context.owner
    return giver is not None and aggregate.owner is not None and aggregate.owner != giver
