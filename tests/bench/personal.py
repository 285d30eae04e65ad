"""What it costs to keep what is personal under keys: a command with six such fields, sealed and in clear."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from unittest.mock import patch
from uuid import UUID

from uuid_utils.compat import uuid7

from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.context import Context
from efi.domain.events import Event, event
from efi.domain.fields import Line
from efi.domain.payloads import Personal
from efi.log import event_store, keys, sealing
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.dispatch import dispatch
from efi.writing.repository import Repository
from tests.bench.figures import Figure, Measure, alternate

ROWS = {"append_personal"}
ROUNDS, COMMANDS, PEOPLE = 15, 400, 25


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


def figures() -> Iterator[Figure]:
    event_store.ensure_indexes()
    keys.ensure_indexes()
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
