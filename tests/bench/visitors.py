"""Visitors of the shop: keep-alive connections that each ask again as soon as they are answered.

A process of its own, so that it takes nothing from what it measures but the processor.
"""

import json
import re
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle

Request = tuple[str, dict[str, str]]
CONNECTIONS = 4
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def rate(port: int, requests: Sequence[Request], seconds: float, *, status: int = 200) -> float:
    """Answers per second over that time; raises where one is of another status."""
    return len(_waits(port, requests, seconds, status, CONNECTIONS)) / seconds


def slowest(port: int, requests: Sequence[Request], seconds: float, *, clients: int) -> float:
    """What one in twenty waited longer for, in milliseconds; raises where an answer is not a 200."""
    return statistics.quantiles(_waits(port, requests, seconds, 200, clients), n=20)[-1]


def _waits(port: int, requests: Sequence[Request], seconds: float, status: int, connections: int) -> list[float]:
    """Of every answer in that time, how long it was waited for, in milliseconds."""
    job = {"port": port, "requests": requests, "seconds": seconds, "status": status, "connections": connections}
    run = [sys.executable, "-m", "tests.bench.visitors"]
    asked = subprocess.run(run, input=json.dumps(job), capture_output=True, text=True)
    if asked.returncode:
        raise RuntimeError(asked.stderr)
    waits: list[float] = json.loads(asked.stdout)
    return waits


class Visitor:
    """One connection."""

    def __init__(self, port: int, expected: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expected = b"HTTP/1.1 %d " % expected
        self._read = b""

    def ask(self, request: bytes) -> None:
        self._asked = time.perf_counter()
        self.socket.sendall(request)

    @property
    def waited(self) -> float:
        """Since it asked, in milliseconds."""
        return (time.perf_counter() - self._asked) * 1_000

    def answered(self) -> bool:
        """Whether what has come in so far is a whole answer."""
        came = self.socket.recv(262_144)
        self._read += came
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not came or not self._read.startswith(self._expected[: len(self._read)]):
            raise RuntimeError(f"not {self._expected!r} but {self._read[:400]!r}")
        if not end or len(body) < _length(head):
            return False
        self._read = b""
        return True


def main() -> None:
    job = json.load(sys.stdin)
    requests = cycle([_written(*request) for request in job["requests"]])
    visitors = [Visitor(job["port"], job["status"]) for _ in range(job["connections"])]
    with selectors.DefaultSelector() as waiting:
        for visitor in visitors:
            waiting.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask(next(requests))
        waits, end = [], time.perf_counter() + job["seconds"]
        while time.perf_counter() < end:
            for key, _ in waiting.select(1):
                if key.data.answered():
                    waits.append(key.data.waited)
                    key.data.ask(next(requests))
    print(json.dumps(waits))


def _written(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _length(head: bytes) -> int:
    stated = LENGTH.search(head)
    return int(stated[1]) if stated else 0


if __name__ == "__main__":
    main()
