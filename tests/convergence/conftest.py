"""A database of their own for these tests, with a listener between the driver and it."""

from collections.abc import Callable, Iterable, Iterator
from unittest.mock import patch

import pytest
from django.conf import settings as live
from django.db import connections
from django.test import override_settings
from pymongo import MongoClient
from pytest_django import DjangoDbBlocker

from catalog.events import ReservationLapsed, ReservationReleased, StockAllocated, StockReserved
from efi.domain.events import Event
from efi.log import event_store, keys, mongo
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading import failures, generations
from efi.reading.projections import READ_MODELS, Rows, projects
from efi.writing import claims, snapshots
from efi.writing.repository import memory
from tests.convergence.baton import Boundary
from tests.convergence.rehearsal import checked_out

NAME = f"{live.MONGODB_NAME}_convergence"
WITHOUT_FAILOVERS = {"w": 1, "journal": False, "readConcernLevel": "local"}
"""In a play no server fails, and who waits for the disk sees nothing else for it: a third of the time is enough."""
SAID: list[str] = []


@pytest.fixture(scope="package")
def boundary(mongodb: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Boundary]:
    """Where a play is handed the baton."""
    made = Boundary()
    quickly = {**WITHOUT_FAILOVERS, "event_listeners": [made]}
    rows = connections["default"].settings_dict
    with (
        pytest.MonkeyPatch.context() as patched,
        override_settings(MONGODB_NAME=NAME),
        django_db_blocker.unblock(),
        patch.dict(rows, NAME=NAME),
    ):
        patched.setattr(mongo, "MongoClient", lambda uri, **options: MongoClient(uri, **options | quickly))
        patched.setattr(MongoClient, "_checkout", checked_out)
        # Else what is held of people would go by the clock, and the same seed not play the same.
        patched.setattr(keys, "BELIEVED", 3_600)
        _read_everything_anew()
        mongo.client().drop_database(NAME)
        event_store.ensure_indexes()
        generations.build_missing()
        make_collections()
        yield made
        mongo.client().drop_database(NAME)
        mongo.client().close()
        _read_everything_anew()


@pytest.fixture
def in_earnest(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same database with nobody in between, and as the program writes to it."""
    monkeypatch.setattr(mongo, "MongoClient", MongoClient)
    _read_everything_anew()
    # Waits until a majority has what was written without waiting for one: who reads in earnest sees nothing else.
    failures.failures().delete_many({})
    yield
    mongo.client().close()
    _read_everything_anew()


def _read_everything_anew() -> None:
    connections.close_all()
    mongo.client.cache_clear()
    generations.forget()
    memory.forget()


def make_collections() -> None:
    """Before the plays: in a transaction that has made a collection nobody else could read it."""
    there = set(mongo.database().list_collection_names())
    fed = generations.of_this_process()
    needed = [documents for one in fed for documents in (one.stored, one.facts)]
    needed += [claims.claims(), claims.guards(), snapshots.snapshots(), failures.failures()]
    for name in sorted({one.name for one in needed} - there):
        mongo.database().create_collection(name)


@pytest.fixture
def newcomer(boundary: Boundary) -> Iterator[str]:
    """A read model that nobody has listed: the reservations held, a row each."""
    name = "held_reservations"

    def rows(fact: Document) -> Iterable[Document]:
        return [{"_id": reservation, "quantity": quantity} for reservation, quantity in fact["held"].items()]

    @projects(name, streams=("stock",), version=1, shape=Rows, empty=lambda: {"held": {}}, rows=rows)
    def fold(fact: Document, event: Event, commit: Commit) -> None:
        match event:
            case StockReserved():
                fact["held"][str(event.reservation_id)] = event.quantity
            case ReservationReleased() | ReservationLapsed() | StockAllocated():
                fact["held"].pop(str(event.reservation_id), None)

    generations.build_missing()
    make_collections()
    yield name
    del READ_MODELS[name]
    generations.forget()


@pytest.fixture
def say() -> Callable[[str], None]:
    """A line for the end of the test run."""
    return SAID.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SAID:
        terminalreporter.section("convergence")
        for line in SAID:
            terminalreporter.write_line(line)
