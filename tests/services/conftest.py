"""The servers, each started for the first test that wants it; without one its tests are skipped, or fail if they must not be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.services.replica_set import ReplicaSet
from tests.services.server import Missing, Server
from tests.services.servers import Elasticsearch, RabbitMQ, Redis

SAID: list[str] = []
"""Lines for the end of the test run."""


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
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
