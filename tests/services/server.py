"""A real server: a process of our own on a port of its own, started, killed, frozen, and started again on its data."""

import contextlib
import os
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from efi.running.embedded import unused_port
from efi.runtime.process import die_with_parent
from tests.services.program import eventually

LONGEST_START = 180.0
"""Seconds, on a machine with much else to do."""


class Missing(Exception):
    """What a server is started from is not on this machine."""


class Server(ABC):
    """Its data stay in its folder from one start to the next. It ends with the thread that has started it."""

    away: tuple[type[Exception], ...] = (OSError,)
    """What `ping` raises while nobody answers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        self.port = unused_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def uri(self) -> str: ...

    @abstractmethod
    def command(self) -> list[str]:
        """What to run; raises `Missing`."""

    @abstractmethod
    def ping(self) -> object:
        """A round trip; raises one of `away` where there is nobody."""

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> None:
        """Returns once it answers."""
        command = self.command()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = launched(command, self.environment(), self.folder, self.log)
        eventually(self.is_ready, LONGEST_START)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said()}"
        with contextlib.suppress(*self.away):
            self.ping()
            return True
        return False

    def stop(self) -> None:
        """In order, if it still runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
                return
            self.kill()

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """It stands still, with its connections open, until it is thawed."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-2_000:]


def launched(command: list[str], environment: dict[str, str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, no lock of ours
        )


def found(program: str, package: str, also: str = "") -> str:
    """Where a program is; raises `Missing`, with the Debian package that brings it."""
    if where := shutil.which(program, path=os.pathsep.join([also, os.environ.get("PATH", "")])):
        return where
    raise Missing(f"there is no {program} here: apt-get install {package}, or make services")
