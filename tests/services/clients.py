"""Callers of the running program that do not give up: each command is given until it is acknowledged."""

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.services.program import eventually

COMES_AGAIN = (409, 429, 500, 503)
Order = tuple[str, dict[str, Any]]


class Client:
    """At the API, with a bearer's token."""

    def __init__(self, port: int, token: str) -> None:
        self._at, self._token = f"http://127.0.0.1:{port}", token

    def get(self, path: str) -> dict[str, Any]:
        with urlopen(f"{self._at}{path}", timeout=15) as response:
            return json.load(response)

    def give(self, command: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """What is acknowledged; None where it should be given again."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        request = Request(f"{self._at}/api/v1/commands/{command}", json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=15) as response:
                return json.load(response)["data"]
        except HTTPError as refused:
            if refused.code not in COMES_AGAIN:
                raise AssertionError(refused.read()) from refused
        except (OSError, http.client.HTTPException):
            pass
        return None


class Crowd:
    """Several of them at once, until they leave. `order` makes the command of a number; `name` is their own."""

    def __init__(self, name: str, client: Client, order: Callable[[int], Order], callers: int = 4) -> None:
        self.name, self.client, self.order, self.callers = name, client, order, callers
        self.acknowledged: dict[int, dict[str, Any]] = {}
        self.troubles = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=[first], daemon=True) for first in range(callers)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def see_acknowledged(self, more: int) -> None:
        """Returns once so many more commands have been."""
        goal = len(self.acknowledged) + more
        eventually(lambda: len(self.acknowledged) >= goal or not self._alive())
        assert self._alive(), "a caller met what it should not"

    def _alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _call(self, number: int) -> None:
        while not self._stop.is_set():
            (command, body), key = self.order(number), f"{self.name} {number}"
            while not (receipt := self.client.give(command, body, key)):
                self.troubles += 1
                self._stop.wait(0.1)
            self.acknowledged[number] = receipt
            number += self.callers
