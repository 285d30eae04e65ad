"""One attempt at a command: what it has borrowed and recorded."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from efi.domain.aggregate import Aggregate
from efi.domain.context import Context
from efi.log import epoch
from efi.log.mongo import Document


@dataclass(kw_only=True)
class Writes:
    """What a transaction of several commands writes in its end, in few requests: claims, and counts by guard."""

    claims: list[Document] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(kw_only=True)
class Unit:
    """Lives as long as one attempt. In a transaction it has a session and takes nothing from memory."""

    context: Context
    session: ClientSession | None = None
    may_remember: bool = True
    epoch: object = field(default_factory=epoch.known)
    """That of the log when the attempt began: what it leaves is not remembered in another."""
    remembered: bool = False
    borrowed: list[Aggregate] = field(default_factory=list)
    looked_at: dict[str, Aggregate] = field(default_factory=dict)
    """What a transaction has read and leaves as it is, by stream."""
    writes: Writes | None = None
    """Shared by the commands of one transaction; a command that is alone writes at once."""

    def borrow(self, aggregate: Aggregate) -> None:
        if self.borrowed and not self.session:
            raise RuntimeError("a command over several streams is to be handled with transaction=True")
        self.borrowed.append(aggregate)

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
