"""Whether there is room on a disk, and the words for that there is none."""

import errno
import shutil
from pathlib import Path

MB = 1024 * 1024
NEEDED = 128 * MB
"""Bytes that are to be free: MongoDB takes its journal in files of 100 MB."""
OUT_OF_SPACE = 14_031
"""The code of MongoDB's own error."""


def is_full(folder: Path) -> bool:
    """Returns whether less is free than MongoDB needs to start and to write."""
    return shutil.disk_usage(folder).free < NEEDED


def told(folder: Path) -> str:
    """Returns what is said where it is full: how much is free, of how much that is needed."""
    free = shutil.disk_usage(folder).free // MB
    return f"the disk is full: {free} MB are free at {folder}, and {NEEDED // MB} MB are needed"


def tells_of_it(error: BaseException | None) -> bool:
    """Returns whether an exception says that a disk is full: this machine's or MongoDB's."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "code", None) == OUT_OF_SPACE
