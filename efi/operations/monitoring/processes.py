"""The figures that the processes of this machine leave in a folder for one another, ended processes too."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from efi.runtime.metrics import FOLDER, HOST, REGISTRY


def counted() -> list[Metric]:
    """Returns what all processes have counted together; where there is no folder, this process alone."""
    if not FOLDER:
        return list(REGISTRY.collect())
    with _alone():
        _bury()
        return list(MultiProcessCollector(None, FOLDER).collect())  # type: ignore[no-untyped-call]


def bury() -> None:
    """Adds what ended processes have left to one file of each kind, or every restart would leave some for good."""
    if FOLDER:
        with _alone():
            _bury()


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps other processes out: figures that are being moved would be counted twice, or not at all."""
    with Path(FOLDER, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bury() -> None:
    for file in Path(FOLDER).glob(f"*_{HOST}-*.db"):
        pid = file.stem.rpartition("-")[2]
        if pid.isdecimal() and not _lives(int(pid)):
            if not file.name.startswith("gauge"):
                _add(file, Path(FOLDER, f"{file.name.partition('_')[0]}_{HOST}-ended.db"))
            file.unlink()


def _add(file: Path, to: Path) -> None:
    sums = MmapedDict(str(to))  # type: ignore[no-untyped-call]
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
        sums.write_value(key, sums.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
    sums.close()  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
