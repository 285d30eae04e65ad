"""Visitors of the shop: keep-alive connections that each ask again as soon as they are answered.

A process of its own, so that it takes nothing from what it measures but the processor.
"""

import json
import re
import selectors
import socket
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
    job = json.dumps({"port": port, "requests": requests, "seconds": seconds, "status": status})
    asked = subprocess.run([sys.executable, "-m", "tests.bench.visitors"], input=job, capture_output=True, text=True)
    if asked.returncode:
        raise RuntimeError(asked.stderr)
    return float(asked.stdout)


class Visitor:
    """One connection."""

    def __init__(self, port: int, expected: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expected = b"HTTP/1.1 %d " % expected
        self._read = b""

    def ask(self, request: bytes) -> None:
        self.socket.sendall(request)

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
    visitors = [Visitor(job["port"], job["status"]) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as waiting:
        for visitor in visitors:
            waiting.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask(next(requests))
        answers, begun = 0, time.perf_counter()
        while (spent := time.perf_counter() - begun) < job["seconds"]:
            for key, _ in waiting.select(1):
                if key.data.answered():
                    answers += 1
                    key.data.ask(next(requests))
    print(answers / spent)


def _written(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _length(head: bytes) -> int:
    stated = LENGTH.search(head)
    return int(stated[1]) if stated else 0


if __name__ == "__main__":
    main()
