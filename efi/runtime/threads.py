"""Threads that run beside a process's own work until it ends."""

import time
from collections.abc import Callable, Iterable
from threading import Event, Thread

LEAVING = 5.0
"""Seconds within which all threads must end what they have begun."""


def start(works: Iterable[tuple[str, Callable[[], None]]], stopping: Event) -> Callable[[], None]:
    """Starts each work in a daemon thread of its name.

    Returns a function that sets `stopping` and waits for the threads.
    """
    threads = [Thread(target=work, name=name, daemon=True) for name, work in works]
    for thread in threads:
        thread.start()

    def end() -> None:
        stopping.set()
        until = time.monotonic() + LEAVING
        for thread in threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    return end
