"""RabbitMQ, Redis and Elasticsearch, as the tests start them; `python -m tests.services.servers` proves that they do."""

import fcntl
import os
import subprocess
import tempfile
from pathlib import Path
from urllib.request import urlopen

import kombu
import redis
from amqp.exceptions import AMQPError

from efi.running.embedded import unused_port
from tests.services.program import ROOT
from tests.services.server import Missing, Server, found, launched

BUILT = ROOT / "var" / "services" / "elasticsearch"
BUILD = Path(__file__).parent / "elasticsearch" / "build"
RABBITMQ = "/usr/lib/rabbitmq/bin"
"""Where Debian keeps what runs as whoever calls it; on the PATH there is a wrapper that would change to a user of its own."""


class Redis(Server):
    """Keeps nothing on disk: killed and started again it is empty."""

    away = (redis.ConnectionError, redis.TimeoutError)

    @property
    def uri(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [
            *(found("redis-server", "redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--dir", str(self.folder), "--save", "", "--appendonly", "no"),
        ]

    def ping(self) -> object:
        with redis.Redis.from_url(self.uri, socket_timeout=1) as client:
            return client.ping()


class RabbitMQ(Server):
    """A node with a name, a cookie and an epmd of its own, so that it meets no other on the machine."""

    away = (AMQPError, OSError)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.epmd_port, self.dist_port = unused_port(), unused_port()
        self.epmd: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> list[str]:
        return [found("rabbitmq-server", "rabbitmq-server", RABBITMQ)]

    def environment(self) -> dict[str, str]:
        own = {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "efi@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            # Its script then becomes the node, where else it would only wait for it: one process to kill and to freeze.
            "RUNNING_UNDER_SYSTEMD": "true",
        }
        return dict(os.environ) | own

    def start(self) -> None:
        if not self.epmd:
            epmd = [found("epmd", "erlang-base"), "-address", "127.0.0.1", "-port", str(self.epmd_port)]
            self.folder.mkdir(parents=True, exist_ok=True)
            self.epmd = launched(epmd, self.environment(), self.folder, self.folder / "epmd.log")
        super().start()

    def stop(self) -> None:
        super().stop()
        if self.epmd:
            self.epmd.terminate()
            self.epmd.wait()
            self.epmd = None

    def ping(self) -> object:
        with kombu.Connection(self.uri, connect_timeout=2) as connection:
            return connection.connect()

    def keeps(self, queue: str) -> bool:
        """Whether a quorum queue would outlive a kill.

        The node notes a new one on disk after half a second; if it dies before, the queue is there and never answers.
        """
        notes = self.folder.glob("mnesia/*/quorum/*/names.dets")
        return any(f"%2F_{queue}".encode() in note.read_bytes() for note in notes)


class Elasticsearch(Server):
    """A node of one, from the published jars; what it lacks of a stock one says the README beside its sources."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.transport_port = unused_port()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        java, lib = found("java", "openjdk-17-jdk-headless"), built()
        for part in ("config", "modules", "logs"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        return [
            *(java, "-Xms512m", "-Xmx512m", "-cp", f"{lib}/classes:{lib}/lib/*", "Node"),
            *(str(lib / "modules"), str(self.folder), str(self.port), str(self.transport_port)),
        ]

    def ping(self) -> object:
        """Not before what it holds can be searched."""
        with urlopen(f"{self.uri}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5) as response:
            return response.read()


def built() -> Path:
    """Where Elasticsearch was put together; done now if it has not been, once for all who test on this machine."""
    for program, package in (("mvn", "maven"), ("javac", "openjdk-17-jdk-headless"), ("unzip", "unzip")):
        found(program, package)
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build = subprocess.run([BUILD, BUILT], capture_output=True, text=True)
    if build.returncode:
        raise Missing(f"Elasticsearch could not be put together: {build.stderr or build.stdout}")
    return BUILT


def prove() -> None:
    """Starts each once, and says so."""
    for kind in (RabbitMQ, Redis, Elasticsearch):
        with tempfile.TemporaryDirectory(prefix="efi-services-") as folder:
            server = kind(Path(folder, "server"))
            try:
                server.start()
                print(f"{kind.__name__} answers at {server.uri}")
            finally:
                server.stop()


if __name__ == "__main__":
    prove()
