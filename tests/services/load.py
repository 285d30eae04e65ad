"""Some commands a second over HTTP, each repeated under its key until it is acknowledged."""

import http.client
import json
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

A_SECOND, CLIENTS = int(os.environ.get("EFI_LOAD", "4")), 4
"""Commands: as many as leave two slow cores room to start a process of a fleet on. EFI_LOAD=50 for a better machine."""
PATIENCE = 60.0
"""Seconds that a command is repeated for."""
LONGEST_ANSWER = 8.0
ACKNOWLEDGED = (200, 201, 202)


@dataclass(frozen=True)
class Priced:
    """A product whose price goes up and down by little."""

    id: str
    amount: float
    currency: str

    def body(self, number: int) -> dict[str, object]:
        amount = f"{self.amount * (1 + number % 10 / 200):.2f}"
        price = {"amount": amount, "currency": self.currency}
        return {"product_id": self.id, "price": price, "reason": f"load {number}"}


@dataclass
class Load:
    """What was asked and what came of it. `acknowledged`: each command's key, with the stream's version it was told."""

    port: int
    token: str
    products: Sequence[Priced]
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    repeated: int = 0

    def __post_init__(self) -> None:
        self._numbers, self._over, self._lock = count(1), threading.Event(), threading.Lock()
        self._pool = ThreadPoolExecutor(CLIENTS)

    def begin(self) -> None:
        for _ in range(CLIENTS):
            self._pool.submit(self._go_on)

    def end(self) -> None:
        """Returns once every command that was begun has its answer."""
        self._over.set()
        self._pool.shutdown()

    def _go_on(self) -> None:
        due = time.monotonic()
        while not self._over.wait(max(0, due - time.monotonic())):
            due = max(due + CLIENTS / A_SECOND, time.monotonic() - 1)
            with self._lock:
                number = next(self._numbers)
            self._give(number)

    def _give(self, number: int) -> None:
        product, key = self.products[number % len(self.products)], str(uuid4())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, said = self._post(product.body(number), key)
            except (OSError, http.client.HTTPException, ValueError):
                status, said = 0, {}
            if status in ACKNOWLEDGED:
                self.acknowledged[key] = f"product:{product.id}", said["data"]["version"]
                return
            if 400 <= status < 500 and said.get("code") != "conflict":
                self.refused.append(f"{status} {said}")
                return
            self.repeated += 1
            threading.Event().wait(0.2)
        self.refused.append(f"{key} was not answered in time")

    def _post(self, body: dict[str, object], key: str) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            connection.request("POST", "/api/v1/commands/change_price", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()
