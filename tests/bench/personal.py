"""What keys of people cost: a command with six personal fields, and how long it takes to forget somebody."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from unittest.mock import patch
from uuid import UUID

from uuid_utils.compat import uuid7

from efi.delivery import forgetting
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.context import Context
from efi.domain.events import Event, event
from efi.domain.fields import Line
from efi.domain.payloads import Personal
from efi.log import event_store, keys, sealing
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading import catching_up, generations
from efi.reading.catching_up import NEWEST
from efi.reading.projections import projects
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.dispatch import dispatch
from efi.writing.repository import Repository
from tests.bench.figures import Figure, Measure, alternate

ROWS = {"append_personal", "forget_s"}
ROUNDS, COMMANDS, PEOPLE = 15, 400, 25
ORDERS, TIMES = 500, 5


@event(person="person_id")
class Written(Event):
    person_id: UUID
    name: Personal[str]
    street: Personal[str]
    city: Personal[str]
    phone: Personal[str]
    email: Personal[str]
    note: Personal[str]


@aggregate("written_down")
class WrittenDown(Aggregate):
    """Somebody of whom six things are known."""

    @property
    def person(self) -> UUID | None:
        return self.id

    def write(self, **about: str) -> None:
        self.record(Written(person_id=self.identity, **about))

    def evolve(self, event: Event) -> None:
        """Keeps nothing."""


people = Repository(WrittenDown)


@projects("written_records", streams=("written_down",), version=1)
def fold(document: Document, event: Event, commit: Commit) -> None:
    if isinstance(event, Written):
        document.update(person_id=str(event.person_id), name=event.name, street=event.street)


@command
class WriteDown(Command):
    """Writes six things down of somebody."""

    person_id: Subject
    name: Line
    street: Line
    city: Line
    phone: Line
    email: Line
    note: Line


@handles(WriteDown)
def write_down(command: WriteDown, context: Context) -> None:
    about = {name: value for name, value in vars(command).items() if name != "person_id"}
    with people.opened(command.person_id) as person:
        person.write(**about)


def figures(wanted: set[str]) -> Iterator[Figure]:
    event_store.ensure_indexes()
    keys.ensure_indexes()
    if "forget_s" in wanted:
        generations.build_missing()
        yield Figure(name="forget_s", value=statistics.median(_forgetting() for _ in range(TIMES)), unit="s")
    if "append_personal" in wanted:
        yield from _appending()


def _forgetting() -> float:
    """Seconds from somebody's key being gone until none of their documents shows them: one for each of many streams."""
    person, read_model = uuid7(), generations.live("written_records")
    streams = [f"written_down:{uuid7()}" for _ in range(ORDERS)]
    about = vars(_about(person, 0))
    for stream in streams:
        drawn = uuid7()
        context = Context(command_id=drawn, actor="bench", at=event_store.now(), correlation_id=drawn)
        event_store.append(event_store.commit_of(stream, 0, [Written(**about)], context, ""))
    catching_up.catch_up(read_model, dict.fromkeys(streams, NEWEST))
    keys.forget(person, event_store.now())
    started = time.perf_counter()
    forgetting.erase_the_forgotten(event_store.now())
    took = time.perf_counter() - started
    assert not read_model.stored.count_documents({"person_id": str(person), "name": {"$ne": None}})
    return took + forgetting.PERIOD.total_seconds()


def _appending() -> Iterator[Figure]:
    measures = {"sealed": _rate(_as_it_is), "in clear": _rate(_in_clear)}
    medians = alternate(measures, ROUNDS)
    yield Figure(name="append_personal", value=medians["sealed"], floor=medians["in clear"], unit="1/s")


def _rate(how: Callable[[], AbstractContextManager[None]]) -> Measure:
    """Commands a second, each on one of some people, whose streams stay short as each round has people of its own."""

    def rate() -> float:
        known, numbers = [uuid7() for _ in range(PEOPLE)], count()
        with how():
            for one in known:
                dispatch(_about(one, 0), actor="bench")
            started = time.perf_counter()
            for _ in range(COMMANDS):
                number = next(numbers)
                dispatch(_about(known[number % PEOPLE], number), actor="bench")
            return COMMANDS / (time.perf_counter() - started)

    return rate


def _about(person_id: UUID, number: int) -> WriteDown:
    return WriteDown(
        person_id=person_id,
        name="Anna Alleyne",
        street=f"Bay Street {number}",
        city="Bridgetown",
        phone="+12464301234",
        email="anna@people.example",
        note="asks for the delivery before noon",
    )


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _in_clear() -> Iterator[None]:
    with patch.object(sealing, "personal_fields", lambda kind: ()):
        yield
