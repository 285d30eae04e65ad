"""EFI as several processes over real servers, each of which can be killed, frozen, and started again."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.test import override_settings

from efi.log import mongo
from efi.running.embedded import REPLICA_SET
from tests.given import restart
from tests.services.program import ROOT
from tests.services.replica_set import Member
from tests.services.server import Server, launched
from tests.services.servers import RabbitMQ

OF_OURS = (
    "MONGODB_URI",
    "MONGODB_NAME",
    "BROKER_URL",
    "ELASTICSEARCH_URL",
    "REDIS_URL",
    "EFI_BACKGROUND",
    "EFI_EMBEDDED",
    "PORT",
)


class NotReady(Exception):
    """It has not said so yet."""


class Part(Server):
    """One process of ours, with its children: `manage.py relay`, `worker` or `beat`, or the program that serves.

    It has the contexts of the tests: whoever works on one store has to know all events and read models in it.
    """

    away = (NotReady,)
    ready = "ready"
    """What stands in a line of its output once it works."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *command: str) -> None:
        super().__init__(folder)
        self.own, self.arguments = environment, command

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [sys.executable, "-u", *self.arguments]

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OF_OURS}
        paths = {"PYTHONPATH": str(ROOT), "EFI_DATA": str(self.folder), "PORT": str(self.port)}
        return inherited | paths | dict(self.own)

    def start(self) -> None:
        self.log.unlink(missing_ok=True)
        super().start()

    def launch(self) -> None:
        """Without waiting for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = launched(self.command(), self.environment(), self.folder, self.log)

    def ping(self) -> object:
        if not any(self.ready in line for line in self.log.read_text().splitlines()):
            raise NotReady
        return True

    def freeze(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)


class Mongod(Member):
    """A replica set of one, on its own folder."""

    def start(self) -> None:
        new = not (self.folder / "data").exists()
        super().start()
        if new:
            member = {"_id": 0, "host": self.address}
            self.tell("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})

    @property
    def set_uri(self) -> str:
        return f"mongodb://{self.address}/?replicaSet={REPLICA_SET}"


def manage(*command: str) -> tuple[str, ...]:
    return (str(ROOT / "manage.py"), *command)


@contextmanager
def started(*servers: Server) -> Iterator[None]:
    """Ended in reverse order, however they stand."""
    begun: list[Server] = []
    try:
        for server in servers:
            begun.append(server)
            server.start()
        yield
    finally:
        for server in reversed(begun):
            server.stop()


@contextmanager
def looking_into(mongod: Mongod) -> Iterator[None]:
    """This process works on the store of a fleet."""
    with override_settings(MONGODB_URI=mongod.set_uri, MONGODB_NAME="efi"):
        mongo.client.cache_clear()
        restart()
        yield
        mongo.client().close()
    mongo.client.cache_clear()
    restart()


def on_the_tests_store(folder: Path, rabbitmq: RabbitMQ, *command: str) -> Part:
    """One that works beside the test itself, on the same log, and hears through RabbitMQ."""
    environment = {
        "MONGODB_URI": os.environ["MONGODB_URI"],
        "MONGODB_NAME": os.environ["MONGODB_NAME"],
        "BROKER_URL": rabbitmq.uri,
    }
    return Part(folder, environment, *manage(*command))
