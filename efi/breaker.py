"""A circuit breaker: an engine that does not answer is left alone for a while, so that nobody waits for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Open(Exception):
    """The engine is being left alone just now."""


class Breaker:
    """Opens after some failures in a row; after its rest, in seconds, one caller tries, and the others when it has."""

    def __init__(self, name: str, failures: int = 3, rest: float = 2.0) -> None:
        self.name, self.failures, self.rest = name, failures, rest
        self._failed, self._until, self._lock = 0, 0.0, threading.Lock()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raises `Open` at once while it is open. Whatever is raised within counts as a failure."""
        self._enter()
        try:
            yield
        except Exception:
            self._note_failure()
            raise
        self._failed = 0

    def _enter(self) -> None:
        if self._failed < self.failures:
            return
        with self._lock:
            if time.monotonic() < self._until:
                raise Open(self.name)
            # The others go on resting while this one tries.
            self._until = time.monotonic() + self.rest

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            self._until = time.monotonic() + self.rest
