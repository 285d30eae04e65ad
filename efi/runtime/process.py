"""Asks Linux to kill a process with its parent, or to run it at a lower priority."""

import ctypes
import os
import signal
import sys

LIBC = ctypes.CDLL(None)
_lineage = [os.getpid()]
"""The processes from the one that loaded this module to the present one, each forked by the one before."""
os.register_at_fork(after_in_child=lambda: _lineage.append(os.getpid()))


def give_way() -> None:
    """Lowers this process's priority, so that work nobody watches leaves the processor to what people wait for."""
    os.nice(10)


def die_with_parent() -> None:
    """Asks Linux to kill this process when the thread that made it ends, however it ends; or now, if it has ended."""
    if sys.platform == "linux":
        LIBC.prctl(1, signal.SIGKILL)
        if len(_lineage) > 1 and os.getppid() != _lineage[-2]:
            os.kill(os.getpid(), signal.SIGKILL)
