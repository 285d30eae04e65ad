"""A circuit breaker: an engine that fails again and again is not asked for a while, so that nobody waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from efi.runtime.metrics import BREAKER


class Open(Exception):
    """The engine was not asked, as it has failed too often just now."""


class Breaker:
    """Shared by all threads of a process.

    After so many failures in a row it opens; after so many seconds' rest one caller alone tries whether it may close.
    An engine that refuses what it is asked has answered: `is_failure` tells this apart.
    """

    def __init__(
        self,
        name: str,
        failures: int = 3,
        rest: float = 2.0,
        is_failure: Callable[[Exception], bool] = lambda error: True,
    ) -> None:
        self.name, self.failures, self.rest, self.is_failure = name, failures, rest, is_failure
        self._failed, self._asks_again = 0, 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._failed >= self.failures

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raises `Open` at once while the breaker is open.

        Counts an exception of the block as a failure and lets it through.
        """
        self._enter()
        try:
            yield
        except Exception as error:
            (self._fail if self.is_failure(error) else self._answered)()
            raise
        self._answered()

    def close(self) -> None:
        """Forgets the failures: the engine is known to answer again."""
        with self._lock:
            self._failed = 0
            BREAKER.labels(self.name).set(0)

    def _answered(self) -> None:
        if self._failed:
            self.close()

    def _enter(self) -> None:
        with self._lock:
            if self.is_open:
                if time.monotonic() < self._asks_again:
                    raise Open(f"{self.name} has failed {self._failed} times in a row")
                self._asks_again = time.monotonic() + self.rest

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            self._asks_again = time.monotonic() + self.rest
            BREAKER.labels(self.name).set(self.is_open)
