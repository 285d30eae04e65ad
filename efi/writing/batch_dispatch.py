"""Carries out several commands in one transaction: with the same results as one by one, in far fewer requests."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern

from efi.domain.aggregate import Aggregate
from efi.domain.context import Context
from efi.domain.errors import Refusal
from efi.log import event_store
from efi.log.event_store import Commit
from efi.log.mongo import client
from efi.runtime.metrics import COMMANDS
from efi.writing import claims
from efi.writing.commands import HANDLERS, Command, Receipt, command_id_of
from efi.writing.dispatch import DEADLINE, Attempt
from efi.writing.unit import Unit, Writes, working


@dataclass(frozen=True, kw_only=True)
class Order:
    """A command as somebody gives it, under a key of theirs."""

    command: Command
    actor: str
    key: str

    @property
    def creates(self) -> bool:
        return HANDLERS[type(self.command)].creates

    @property
    def id(self) -> UUID:
        return command_id_of(type(self.command), self.actor, self.key)

    @property
    def context(self) -> Context:
        """Returns the context of one try at it, which is judged now."""
        return Context(command_id=self.id, actor=self.actor, at=event_store.now(), correlation_id=self.id)


class Apart(Exception):
    """One of the commands cannot be carried out in a batch: give each by itself, which also finds what was changed."""


def dispatch_together(orders: Sequence[Order]) -> list[Receipt]:
    """Carries out commands on different streams, each with its caller's key; raises `Apart`.

    Whatever `dispatch` would look at more closely, such as a key that was used before, is left to it.
    """
    try:
        attempts = [Attempt(HANDLERS[type(one.command)], one.command, one.context, keyed=True) for one in orders]
        with client().start_session() as session:
            made = _carry_out(attempts, session)
    except (Refusal, DuplicateKeyError, PyMongoError) as error:
        raise Apart from error
    for attempt in attempts:
        COMMANDS.labels(attempt.handled.name, "accepted").inc()
    return [attempt.acknowledge(unit, commits) for attempt, unit, commits in made]


def _carry_out(attempts: Sequence[Attempt], session: ClientSession) -> list[tuple[Attempt, Unit, list[Commit]]]:
    made, writes, looked_at = [], Writes(), dict[str, Aggregate]()
    with session.start_transaction(ReadConcern("snapshot")):
        for attempt in attempts:
            unit = Unit(context=attempt.context, session=session, looked_at=looked_at, writes=writes)
            with working(unit):
                attempt.handled.handler(attempt.command, attempt.context)
                unit.must_not_have_gone_on()
                made.append((attempt, unit, _commits(attempt, unit)))
        appended = [commit for _, _, commits in made for commit in commits]
        if appended:
            event_store.append_all(appended, session)
            with working(unit):
                claims.write_down(writes)
            unit.commit(time.monotonic() + DEADLINE)
    return made


def _commits(attempt: Attempt, unit: Unit) -> list[Commit]:
    """Makes the commits of a command. Raises `Refusal` if it changes nothing: only `dispatch` can acknowledge that."""
    if not unit.changed:
        raise Refusal("nothing changes")
    commits = list(unit.commits(attempt.hash))
    attempt.claim(unit, commits)
    return commits
