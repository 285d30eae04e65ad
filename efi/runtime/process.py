"""Asks Linux to kill a process with its parent, or to run it at a lower priority."""

import ctypes
import os
import signal
import sys

LIBC = ctypes.CDLL(None)


def give_way() -> None:
    """Lowers this process's priority, so that work nobody watches leaves the processor to what people wait for."""
    os.nice(10)


def die_with_parent() -> None:
    """Asks Linux to kill this process when the thread that made it ends, however it ends."""
    if sys.platform == "linux":
        LIBC.prctl(1, signal.SIGKILL)
