"""Given events, when a command, then events: every rule in memory, and once more through the log."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import fields
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from pymongo.errors import DuplicateKeyError

from efi.domain.aggregate import AGGREGATES, Aggregate, stream_of
from efi.domain.context import Context
from efi.domain.errors import Refusal
from efi.domain.events import Event
from efi.log import event_store
from efi.log.event_store import Commit
from efi.writing import claims, repository, snapshots
from efi.writing.commands import HANDLERS, Command, checked
from efi.writing.dispatch import dispatch
from efi.writing.unit import Unit, working
from tests.given import MARIA, NOW

TRANSACTION = object()


class Documents:
    """As much of a collection as claims and guards ask for, within a transaction only."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def find_one(self, where, *, session):
        assert session is TRANSACTION
        return self.kept.get(where["_id"])

    def insert_one(self, document, *, session):
        assert session is TRANSACTION
        if document["_id"] in self.kept:
            raise DuplicateKeyError(document["_id"])
        self.kept[document["_id"]] = document

    def delete_one(self, where, *, session):
        assert session is TRANSACTION
        self.kept.pop(where["_id"], None)

    def update_one(self, where, change, *, session):
        assert session is TRANSACTION
        document = self.kept.get(where["_id"])
        for name, step in change["$inc"].items() if document else ():
            document[name] += step
        return SimpleNamespace(matched_count=int(document is not None))


class InMemory:
    """Streams and claims in dictionaries; a handler runs in them as it does within `dispatch`."""

    def __init__(self, monkeypatch) -> None:
        self.streams: dict[str, list[tuple[Event, datetime]]] = {}
        self.claims, self.guards = Documents(), Documents()
        monkeypatch.setattr(repository, "read", self._read)
        monkeypatch.setattr(snapshots, "load", lambda kind, stream: None)
        monkeypatch.setattr(claims, "claims", lambda: self.claims)
        monkeypatch.setattr(claims, "guards", lambda: self.guards)

    def put(self, stream: str, facts: Sequence[Event], at: datetime = NOW) -> None:
        self.streams.setdefault(stream, []).extend((fact, at) for fact in facts)

    def carry_out(self, command: Command, actor: str, at: datetime) -> list[Event]:
        handled, drawn = HANDLERS[type(command)], uuid4()
        context = Context(command_id=drawn, actor=actor, at=at, correlation_id=drawn)
        unit = Unit(context=context, session=TRANSACTION if handled.transaction else None, may_remember=False)
        with working(unit), self._all_or_nothing():
            handled.handler(checked(command, at), context)
        for changed in unit.changed:
            self.put(changed.stream, changed.pending, at)
        return [fact for changed in unit.changed for fact in changed.pending]

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        before = deepcopy((self.claims, self.guards))
        try:
            yield
        except Refusal:
            self.claims, self.guards = before
            raise

    def _read(self, stream, after, until, session) -> Iterator[SimpleNamespace]:
        for fact, at in self.streams.get(stream, [])[after:]:
            yield SimpleNamespace(events=[fact], occurred_at=at, recorded_at=NOW)


class OnTheLog:
    """The whole write side, by `dispatch`."""

    def put(self, stream: str, facts: Sequence[Event]) -> None:
        context = Context(command_id=uuid4(), actor=MARIA, at=NOW, correlation_id=uuid4())
        event_store.append(event_store.commit_of(stream, event_store.head(stream), facts, context, ""))

    def carry_out(self, command: Command, actor: str, at: datetime) -> list[Event]:
        before = len(self._commits())
        dispatch(command, actor=actor, at=at)
        return [fact for commit in self._commits()[before:] for fact in commit.events]

    def _commits(self) -> list[Commit]:
        return [event_store.decode(raw) for raw in event_store.commits().find().sort("_id", 1)]


class Scenario:
    """One command, and what came of it, which a test must look at."""

    def __init__(self, write_side: InMemory | OnTheLog) -> None:
        self.write_side = write_side
        self.made: UUID | None = None
        self.facts: list[Event] = []
        self.refusal: Refusal | None = None
        self.looked_at = True

    def given(self, *facts: Event, stream: str | None = None) -> None:
        """Puts each fact into the stream of the aggregate that it is of, unless the test names the stream."""
        for fact in facts:
            self.write_side.put(stream or stream_that_holds(fact), [fact])

    def done(self, command: Command, *, by: str = MARIA, at: datetime = NOW, makes: UUID | None = None) -> None:
        """Carried out before, claims and all; `makes` is the id of what it creates."""
        self.made = makes
        self.write_side.carry_out(command, by, at)

    def when(self, command: Command, *, by: str = MARIA, at: datetime = NOW, makes: UUID | None = None) -> None:
        self.made, self.refusal, self.looked_at = makes, None, False
        try:
            self.facts = self.write_side.carry_out(command, by, at)
        except Refusal as refusal:
            self.refusal = refusal

    def then(self, *facts: Event) -> None:
        self.looked_at = True
        if self.refusal:
            raise self.refusal
        assert self.facts == list(facts)

    def then_nothing(self) -> None:
        self.then()

    def refused(self, code: str) -> None:
        self.looked_at = True
        assert self.refusal, f"not refused, but {self.facts}"
        assert self.refusal.code == code


def stream_that_holds(fact: Event) -> str:
    """Returns the stream of the aggregate that an event is of, by the id that the event names first."""
    kinds = [kind for kind in AGGREGATES.values() if type(fact) in events_of(kind)]
    if len(kinds) != 1:
        found = ", ".join(kind.kind for kind in kinds) or "no aggregate"
        raise LookupError(f"{type(fact).__name__} is of {found}: name its stream")
    return stream_of(kinds[0].kind, getattr(fact, fields(fact)[0].name) if is_one_of_many(kinds[0]) else None)


@cache
def events_of(kind: type[Aggregate]) -> set[type]:
    """Returns the events, and those in unions of events, that an aggregate's methods name."""
    known = vars(sys.modules[kind.__module__])
    named = [part for name in names_in(kind) if name in known for part in (known[name], *get_args(known[name]))]
    return {one for one in named if isinstance(one, type) and issubclass(one, Event)}


def is_one_of_many(kind: type[Aggregate]) -> bool:
    """Returns whether an aggregate has an id: one that is the only one of its kind never asks for its own."""
    return "identity" in names_in(kind)


def names_in(kind: type[Aggregate]) -> set[str]:
    """Returns the names that an aggregate's methods use."""
    return {name for one in vars(kind).values() if hasattr(one, "__code__") for name in one.__code__.co_names}


@pytest.fixture
def in_memory(monkeypatch):
    return InMemory(monkeypatch)


@pytest.fixture
def on_the_log(store):
    repository.memory.forget()
    return OnTheLog()


@pytest.fixture(params=["in_memory", "on_the_log"])
def scenario(request, monkeypatch):
    made = Scenario(request.getfixturevalue(request.param))
    draw = Context.new_id
    monkeypatch.setattr(Context, "new_id", lambda context, name="created": made.made or draw(context, name))
    yield made
    assert made.looked_at, "nobody looked at what came of the command"
