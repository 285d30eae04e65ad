"""The program as a user runs it, in a data folder of its own."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from efi.running.embedded import unused_port

ROOT = Path(__file__).resolve().parents[2]
OURS = ("MONGODB_URI", "MONGODB_NAME", "DJANGO_SETTINGS_MODULE")
SECONDS = 180.0
"""What takes longer has failed, on however busy a machine: nobody waits so long for what comes."""


def eventually(what: Callable[[], object], seconds: float = SECONDS) -> object:
    """What it returns once that is true; fails if it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"{what} did not come true in {seconds} s"
        threading.Event().wait(0.05)
    return found


def managed(environment: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """`manage.py`, as a user runs it beside the program."""
    order = [sys.executable, "manage.py", *command]
    return subprocess.run(order, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180)


def command(pid: int) -> str:
    """The name of what a process runs; empty if there is none, or only its remains."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return ""
    return "" if "State:\tZ" in status else status.split()[1]


class Program:
    """`python -m efi.serve`, started and watched from outside; the demo catalogue is left out unless asked for."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self.port = data, unused_port()
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"EFI_DATA": str(data), "PORT": str(self.port), "EFI_DEMO_DATA": "no"}
        self.environment = inherited | own | environment

    def launch(self) -> None:
        self.complaints = (self.data.parent / f"{self.data.name}.stderr").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "efi.serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self) -> str:
        """Returns the line that says it is ready."""
        self.launch()
        while not (line := self.lines.get(timeout=SECONDS)).startswith("ready"):
            assert line, f"it ended with {self.process.wait()}: {self.said()}"
        return line

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Returns the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(SECONDS)

    def end(self) -> None:
        """However it stands."""
        if self.process.poll() is None:
            self.stop()
        self.complaints.close()

    def refusal(self) -> tuple[int, str]:
        """What it says, and its exit code, when it does not start."""
        self.launch()
        code, said = self.process.wait(SECONDS), self.said()
        self.end()
        return code, said

    def said(self) -> str:
        self.complaints.seek(0)
        return self.complaints.read()

    def manage(self, *command: str) -> str:
        """What a command says that does what it is told."""
        run = managed(self.environment, *command)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def children(self) -> dict[str, int]:
        """Process ids of its web worker and its mongod, as far as they live."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(pid) for children in lists for pid in children.read_text().split()]
        return {"mongod" if command(pid) == "mongod" else "web": pid for pid in pids}

    def listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _listen(self) -> None:
        with self.process.stdout as lines:
            for line in lines:
                self.lines.put(line)
        self.lines.put("")
