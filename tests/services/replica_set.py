"""A MongoDB replica set of several members, from the same executable as the embedded one."""

from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from efi.running.embedded import LONGEST_TRANSACTION, REPLICA_SET, executable
from tests.services.program import eventually
from tests.services.server import Server

ELECTED_WITHIN_MS = 2_000
"""Without a word from the primary the others elect another; MongoDB would wait for 10 s."""


class Member(Server):
    """One mongod of a set."""

    away = (PyMongoError,)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        """Of this member alone."""
        return f"mongodb://{self.address}/?directConnection=true&serverSelectionTimeoutMS=1000"

    def command(self) -> list[str]:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        return [
            *(executable(), "--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1", "--port", str(self.port)),
            *("--dbpath", str(self.folder / "data"), "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256"),
            *("--nounixsocket", "--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--setParameter", f"transactionLifetimeLimitSeconds={LONGEST_TRANSACTION}"),
        ]

    def ping(self) -> dict[str, object]:
        return self.tell("hello")

    def tell(self, command: str, value: object = 1, **options: object) -> dict[str, object]:
        """Gives this very member an administrator's command."""
        with MongoClient(self.uri) as client:
            return client.admin.command(command, value, **options)


class ReplicaSet:
    """Started once it is made; its members stay on their ports and data however often they are killed and restarted."""

    def __init__(self, folder: Path, members: int = 3) -> None:
        self.members = [Member(folder / f"member-{number}") for number in range(members)]
        for member in self.members:
            member.start()
        hosts = [{"_id": number, "host": member.address} for number, member in enumerate(self.members)]
        settings = {"electionTimeoutMillis": ELECTED_WITHIN_MS}
        self.members[0].tell("replSetInitiate", {"_id": REPLICA_SET, "members": hosts, "settings": settings})
        eventually(lambda: self.primary and len(self.secondaries) == members - 1)

    @property
    def uri(self) -> str:
        return f"mongodb://{','.join(member.address for member in self.members)}/?replicaSet={REPLICA_SET}"

    @property
    def primary(self) -> Member | None:
        """None while there is none."""
        return next(iter(self._those("isWritablePrimary")), None)

    @property
    def secondaries(self) -> list[Member]:
        return self._those("secondary")

    def step_down(self) -> None:
        """Returns once another is primary."""
        former = eventually(lambda: self.primary)
        former.tell("replSetStepDown", 60, secondaryCatchUpPeriodSecs=30)
        eventually(lambda: self.primary not in (None, former))

    def kill(self, member: Member) -> None:
        member.kill()

    def restart(self, member: Member) -> None:
        """Returns once it is a member in good standing again."""
        member.start()
        eventually(lambda: member in (self.primary, *self.secondaries))

    def stop(self) -> None:
        for member in self.members:
            member.stop()

    def _those(self, standing: str) -> list[Member]:
        return [member for member in self.members if _greeting(member).get(standing)]


def _greeting(member: Member) -> dict[str, object]:
    try:
        return member.ping()
    except PyMongoError:
        return {}
