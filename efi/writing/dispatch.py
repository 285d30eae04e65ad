"""`dispatch`, which carries a command out: one attempt after another, until the log has it or it is refused."""

import random
import time
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID

from django.utils.functional import cached_property
from pymongo.errors import ConnectionFailure, DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from uuid_utils.compat import uuid7

from efi.domain.context import Context
from efi.domain.errors import Conflict, KeyReused, Refusal, Unavailable
from efi.log import epoch, event_store
from efi.log.event_store import Commit, VersionConflict
from efi.log.mongo import Document, client, passes
from efi.writing import bus, claims, command_metrics, snapshots
from efi.writing.commands import HANDLERS, Command, Handled, Receipt, checked, command_id_of
from efi.writing.repository import memory
from efi.writing.unit import Unit, working

DEADLINE = 5.0


class DecidedFromMemory(Exception):
    """A refusal or a no-change was decided from memory, and the log has moved on since."""


def dispatch(
    command: Command,
    *,
    actor: str,
    key: str | None = None,
    at: datetime | None = None,
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
    owner: UUID | None = None,
    if_version: int | None = None,
) -> Receipt:
    """Carries a command out and returns once the log has it.

    `key` is the caller's: the same key and body give the first receipt again. `at` is when it happens in the business.
    `causation_id` is that of the event which the command answers.
    `owner` is given where the giver may change what is theirs, and nothing else.
    `if_version` is the version of its subject's stream that the giver has seen: `Outdated` where it is another by now.
    Raises a `Refusal`, after which nothing has changed, or `Unavailable`, after which the same key tells what became
    of it.
    """
    command_id = command_id_of(type(command), actor, key) if key else uuid7()
    context = Context(
        command_id=command_id,
        actor=actor,
        at=at or event_store.now(),
        correlation_id=correlation_id or command_id,
        causation_id=causation_id,
        owner=owner,
        if_version=if_version,
    )
    attempt = Attempt(HANDLERS[type(command)], command, context, keyed=key is not None)
    return command_metrics.observed(attempt.handled.name, context.correlation_id, lambda: _see_through(attempt))


def _see_through(attempt: "Attempt") -> Receipt:
    while True:
        try:
            return attempt.run()
        except DecidedFromMemory:
            pass
        except (VersionConflict, PyMongoError) as error:
            if isinstance(error, PyMongoError) and not passes(error):
                raise
            if time.monotonic() > attempt.deadline:
                raise _given_up(error) from error
            time.sleep(random.uniform(0, min(0.1, 0.002 * 2**attempt.number)))
        attempt.number += 1


class Attempt:
    """A command being carried out; `run` is one try, which may be repeated. Raises `Malformed`."""

    def __init__(self, handled: Handled, command: Command, context: Context, *, keyed: bool) -> None:
        self.handled, self.command = handled, checked(command, context.at)
        self.context, self.keyed = context, keyed
        self.number, self.deadline = 0, time.monotonic() + DEADLINE

    @cached_property
    def hash(self) -> str:
        return self.handled.hash_of(self.command)

    def run(self) -> Receipt:
        if not self.handled.transaction:
            return self._run(Unit(context=self.context, may_remember=not self.number))
        with client().start_session() as session:
            return self._run(Unit(context=self.context, session=session))

    def _run(self, unit: Unit) -> Receipt:
        session = unit.session
        concern = ReadConcern("snapshot")
        with working(unit), session.start_transaction(concern) if session else nullcontext():
            try:
                self.handled.handler(self.command, self.context)
                unit.must_not_have_gone_on()
                unit.must_be_as_seen()
                unit.must_change_its_givers()
            except (Refusal, DuplicateKeyError) as refusal:
                # What a key draws for something new is there already when the key comes back.
                return self._standing(unit, refusal)
            if not unit.changed:
                return self._standing(unit, None)
            if (self.keyed or self.number) and (earlier := self._earlier(unit)):
                unit.abandon()
                return earlier
            commits = self._append(unit)
            unit.commit(self.deadline)
        return self.acknowledge(unit, commits)

    def _append(self, unit: Unit) -> list[Commit]:
        commits = list(unit.commits(self.hash))
        if self.keyed or unit.session:
            self.claim(unit, commits)
        for commit in commits:
            event_store.append(commit, unit.session)
        return commits

    def claim(self, unit: Unit, commits: list[Commit]) -> None:
        """Leaves the command's id, by which its receipt is found again."""
        streams = self._receipt(commits).streams
        claims.claim_command(self.context.command_id, self.hash, streams, unit.carried_out, keyed=self.keyed)

    def acknowledge(self, unit: Unit, commits: list[Commit]) -> Receipt:
        """Remembers what the log now has, tells the bus, and returns the receipt."""
        receipt = self._receipt(commits)
        last = {commit.stream: commit for commit in commits}
        for aggregate in unit.changed:
            head, commit = aggregate.version, last[aggregate.stream]
            aggregate.version, aggregate.recorded_at, aggregate.pending = commit.last, commit.recorded_at, []
            snapshots.keep(aggregate, head)
            if unit.epoch == epoch.known():
                memory.keep(aggregate)
        bus.send(self.handled.kind, receipt=receipt, commits=commits)
        return receipt

    def _standing(self, unit: Unit, refusal: Exception | None) -> Receipt:
        """Returns a receipt for a command that changes nothing, which its key then stands for, or raises its refusal.

        Either is only right on the log's head, and only if no twin of the command has been carried out.
        """
        unit.abandon()
        if unit.session:
            # A transaction sees what is not there for good yet, a twin's commit perhaps, which `_earlier` does not.
            event_store.settle()
        if earlier := self._earlier(unit):
            return earlier
        if unit.remembered and any(event_store.head(held.stream) != held.version for held in unit.borrowed):
            raise DecidedFromMemory
        if refusal:
            raise refusal
        streams = {held.stream: held.version for held in unit.borrowed}
        if self.keyed:
            claims.claim_unchanged(self.context.command_id, self.hash, streams)
        return self._unchanged(streams)

    def _earlier(self, unit: Unit) -> Receipt | None:
        """Returns the receipt of this command if it, or a twin of it, has been carried out already."""
        claim, commits = self._left_behind(unit)
        if commits and not claim:
            # A twin came through between the two looks, and its claim says what it carried out.
            claim, commits = self._left_behind(unit)
        own = {commit.command_hash for commit in commits if commit.command_id == self.context.command_id}
        hashes = own | ({claim["hash"]} if claim else set())
        if hashes - {self.hash} - {self.handled.hash_without_key(self.command)}:
            raise KeyReused("this Idempotency-Key was used with another body")
        if commits:
            return self._receipt(commits, replayed=True)
        return self._unchanged(claim["streams"], replayed=True) if claim and claim.get("unchanged") else None

    def _left_behind(self, unit: Unit) -> tuple[Document | None, list[Commit]]:
        """Returns the claim that this command has left, and all commits by which it was carried out."""
        claim = claims.claims().find_one({"_id": f"command:{self.context.command_id}"})
        streams = list(claim["streams"]) if claim and claim["streams"] else [held.stream for held in unit.borrowed]
        carried_out = claim.get("carried_out", ()) if claim else ()
        return claim, event_store.find(streams, self.context.command_id, *carried_out)

    @property
    def _subject(self) -> UUID:
        """Returns the id of what the command creates, or of what it is about."""
        if self.handled.creates:
            return self.context.new_id()
        named: UUID = getattr(self.command, self.handled.subject)
        return named

    def _unchanged(self, streams: dict[str, int], *, replayed: bool = False) -> Receipt:
        """Makes the receipt of a command that changed nothing."""
        return Receipt(id=self._subject, version=next(iter(streams.values())), streams=streams, replayed=replayed)

    def _receipt(self, commits: list[Commit], *, replayed: bool = False) -> Receipt:
        """Makes the receipt; the streams of the command itself come before those of what it carried out."""
        answers = [event.answer for commit in commits for event in commit.events if event.answer]
        reached = {commit.stream: commit.last for commit in commits}
        own = [commit.stream for commit in commits if commit.command_id == self.context.command_id]
        streams = {stream: reached[stream] for stream in (*own, *reached)}
        return Receipt(
            id=self._subject,
            version=next(iter(streams.values())),
            streams=streams,
            replayed=replayed,
            status=answers[0] if answers else "",
        )


def _given_up(error: Exception) -> Exception:
    outage = isinstance(error, ConnectionFailure)
    return Unavailable("the event log cannot be reached just now") if outage else Conflict("somebody else was faster")
