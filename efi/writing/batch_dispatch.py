"""Carries out several commands in one transaction: with the same results as one by one, in far fewer requests."""

import time
from collections.abc import Sequence

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

Order = tuple[Command, str]


class Apart(Exception):
    """One of the commands does not go through just so: each is to be given by itself, which finds what was changed."""


def dispatch_together(orders: Sequence[Order], *, actor: str) -> list[Receipt]:
    """Carries out commands on different streams, each with its caller's key; raises `Apart`.

    Whatever `dispatch` would look at more closely, such as a key that was used before, is left to it.
    """
    attempts = [_attempt(command, actor, key) for command, key in orders]
    try:
        with client().start_session() as session:
            made = _carry_out(attempts, session)
    except (Refusal, DuplicateKeyError, PyMongoError) as error:
        raise Apart from error
    for attempt in attempts:
        COMMANDS.labels(attempt.handled.name, "accepted").inc()
    return [attempt.acknowledge(unit, commits) for attempt, unit, commits in made]


def _attempt(command: Command, actor: str, key: str) -> Attempt:
    command_id = command_id_of(type(command), actor, key)
    context = Context(command_id=command_id, actor=actor, at=event_store.now(), correlation_id=command_id)
    return Attempt(HANDLERS[type(command)], command, context, keyed=True)


def _carry_out(attempts: Sequence[Attempt], session: ClientSession) -> list[tuple[Attempt, Unit, list[Commit]]]:
    made, writes, looked_at = [], Writes(), dict[str, Aggregate]()
    with session.start_transaction(ReadConcern("snapshot")):
        for attempt in attempts:
            unit = Unit(context=attempt.context, session=session, looked_at=looked_at, writes=writes)
            with working(unit):
                attempt.handled.handler(attempt.command, attempt.context)
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
