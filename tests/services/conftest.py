"""The servers, each started for the first test or module that wants it; without one its tests are skipped, or fail if they must not be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import kombu
import pytest
from django.test import override_settings

from efi.delivery import broker, reactions
from efi.delivery.celery import app
from efi.reading import followers, freshness, generations
from tests.given import restart
from tests.services.fleet import on_the_tests_store
from tests.services.replica_set import ReplicaSet
from tests.services.server import Missing, Server
from tests.services.servers import Elasticsearch, RabbitMQ, Redis

SAID: list[str] = []
"""Lines for the end of the test run."""


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """A node that no other module's queues are on: a bell that they take is not missed."""
    yield from running(RabbitMQ(tmp_path_factory.mktemp("rabbitmq")))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    yield from running(Redis(tmp_path_factory.mktemp("redis")))


@pytest.fixture(scope="session")
def elasticsearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elasticsearch]:
    yield from running(Elasticsearch(tmp_path_factory.mktemp("elasticsearch")))


@pytest.fixture(scope="module")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Of three."""
    replica_set = ReplicaSet(tmp_path_factory.mktemp("replica-set"))
    yield replica_set
    replica_set.stop()


@pytest.fixture
def built(store):
    """Every read model has its generation, every reaction its beginning, and every follower's queue is there."""
    restart()
    freshness.ensure_indexes()
    reactions.begin()
    generations.build_missing()
    yield
    restart()


@pytest.fixture
def queues(built, rabbitmq):
    """Those of all followers, over a channel to look at them by; none outlives its test, whatever pointers moved."""
    app.conf.update(task_always_eager=False)
    with override_settings(BROKER_URL=rabbitmq.uri), kombu.Connection(rabbitmq.uri) as connection:
        broker.declare(*followers.followers())
        yield connection.default_channel
        app.conf.update(task_always_eager=True)
        for name in freshness.entries().distinct("_id"):
            broker.drop(name)
        broker.drop(broker.DEAD.name)


@pytest.fixture
def part(tmp_path, rabbitmq):
    """Makes one that works beside the test."""
    made = []

    def make(*command):
        made.append(on_the_tests_store(tmp_path / f"part-{len(made)}", rabbitmq, *command))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def running(server: Server) -> Iterator[Server]:
    with had():
        server.start()
    yield server
    server.stop()


@contextmanager
def had() -> Iterator[None]:
    """With SERVICES=required in the environment a server that cannot be had fails its tests."""
    try:
        yield
    except Missing as missing:
        (pytest.fail if os.environ.get("SERVICES") == "required" else pytest.skip)(str(missing))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SAID:
        terminalreporter.section("faults")
        for line in SAID:
            terminalreporter.write_line(line)
