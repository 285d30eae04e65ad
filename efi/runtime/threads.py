"""Work that goes on beside a process's own until it ends, each in a thread."""

import time
from collections.abc import Callable, Iterable
from threading import Event, Thread

LEAVING = 5.0
"""Seconds that all threads together are given to end what they have begun."""


def begin(works: Iterable[tuple[str, Callable[[], None]]], stopping: Event) -> Callable[[], None]:
    """Each in a thread of its own, by its name; returns what sets `stopping`, and waits for them."""
    threads = [Thread(target=work, name=name, daemon=True) for name, work in works]
    for thread in threads:
        thread.start()

    def end() -> None:
        stopping.set()
        until = time.monotonic() + LEAVING
        for thread in threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    return end
