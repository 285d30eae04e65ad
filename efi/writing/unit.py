"""One attempt at a command: what it has borrowed and recorded."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from efi.domain.aggregate import Aggregate
from efi.domain.context import Context
from efi.domain.errors import Outdated
from efi.log import epoch, event_store
from efi.log.event_store import Commit
from efi.log.mongo import Document


@dataclass(kw_only=True)
class Writes:
    """What a transaction of several commands writes at its end, in few requests: claims, and counts by guard."""

    claims: list[Document] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(kw_only=True)
class Unit:
    """One attempt at a command. In a transaction it has a session and takes no aggregate from memory."""

    context: Context
    session: ClientSession | None = None
    may_remember: bool = True
    epoch: object = field(default_factory=epoch.known)
    """The log's epoch when the attempt began; aggregates are remembered only if it is the same at the end."""
    remembered: bool = False
    borrowed: list[Aggregate] = field(default_factory=list)
    recorded_by: dict[str, list[Context]] = field(default_factory=dict)
    """Of each stream, in whose context each of its pending events was recorded."""
    carried_out: dict[UUID, str] = field(default_factory=dict)
    """The commands that were carried out within the one that was given: the hash of each, by its id."""
    refused: bool = False
    """Whether one of them was refused, after which nothing of the whole may be kept."""
    looked_at: dict[str, Aggregate] = field(default_factory=dict)
    """Aggregates that a transaction has read and does not change, by stream."""
    writes: Writes | None = None
    """Collects what the commands of one transaction write; without it a command writes at once."""

    def borrow(self, aggregate: Aggregate) -> None:
        if self.borrowed and not self.session:
            raise RuntimeError("a command over several streams is to be handled with transaction=True")
        aggregate.moment = self.context.at
        if self.held(aggregate.stream) is not aggregate:
            self.borrowed.append(aggregate)

    def must_not_have_gone_on(self) -> None:
        """Raises `RuntimeError` where a handler has caught the refusal of a command that it carried out."""
        if self.refused:
            raise RuntimeError("a command went on after one that it carries out was refused")

    def must_be_as_seen(self) -> None:
        """Raises `Outdated` where the giver has seen another version of what the command is about."""
        seen, now = self.context.if_version, self.borrowed[0].version if self.borrowed else 0
        if seen is not None and seen != now:
            raise Outdated(f"it has changed since: you have seen version {seen}, and this is {now}")

    def held(self, stream: str) -> Aggregate | None:
        """Returns the aggregate of this stream if a command of this unit has borrowed it already."""
        return next((aggregate for aggregate in self.borrowed if aggregate.stream == stream), None)

    @contextmanager
    def in_the_name_of(self, context: Context) -> Iterator[None]:
        """Has what is recorded meanwhile belong to the command of another context."""
        outer = self.context
        self.attribute()
        self.context = context
        try:
            yield
        finally:
            self.attribute()
            self.context = outer

    def attribute(self) -> None:
        """Notes that all events that are nobody's yet were recorded by the command at work."""
        for aggregate in self.borrowed:
            recorded_by = self.recorded_by.setdefault(aggregate.stream, [])
            recorded_by.extend([self.context] * (len(aggregate.pending) - len(recorded_by)))

    def commits(self, command_hash: str) -> Iterator[Commit]:
        """Yields a commit for each stream and command that changed it, in the order in which they were recorded.

        `command_hash` is that of the command that was given. Raises `RuntimeError` where two take turns on a stream.
        """
        self.attribute()
        for aggregate in self.changed:
            head, after, seen = aggregate.version, aggregate.recorded_at, set[UUID]()
            pairs = zip(self.recorded_by[aggregate.stream], aggregate.pending, strict=True)
            for context, group in groupby(pairs, key=itemgetter(0)):
                events = [event for _, event in group]
                if context.command_id in seen:
                    raise RuntimeError(f"two commands of one transaction take turns at changing {aggregate.stream}")
                seen.add(context.command_id)
                digest = self.carried_out.get(context.command_id, command_hash)
                made = event_store.commit_of(aggregate.stream, head, events, context, digest, after)
                yield made
                head, after = made.last, made.recorded_at

    def commit(self, deadline: float) -> None:
        """Commits the transaction, and asks again if no answer came: left open it would block its own repetition."""
        while self.session:
            try:
                return self.session.commit_transaction()
            except PyMongoError as error:
                if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > deadline:
                    raise

    def abandon(self) -> None:
        """Takes back what the transaction has written so far: the attempt ends without a commit."""
        if self.session and self.session.in_transaction:
            self.session.abort_transaction()

    def must_change_its_givers(self) -> None:
        """Raises `LookupError` where an owner changes something, and nothing of it is theirs: it is not for owners."""
        owner = self.context.owner
        if owner is not None and self.changed and not any(one.owner == owner for one in self.changed):
            raise LookupError(f"nothing that an owner changes here is theirs: {[one.stream for one in self.changed]}")

    @property
    def changed(self) -> list[Aggregate]:
        return [aggregate for aggregate in self.borrowed if aggregate.pending]


_unit: ContextVar[Unit] = ContextVar("unit")


def current() -> Unit:
    """Returns the attempt under way; raises `LookupError` outside of `dispatch`."""
    return _unit.get()


@contextmanager
def working(unit: Unit) -> Iterator[Unit]:
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)
