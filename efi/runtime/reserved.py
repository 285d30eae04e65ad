"""Files of figures whose room on the disk is taken before anything is written to them."""

import os
import sys

from prometheus_client.mmap_dict import MmapedDict

AT_FIRST = 1 << 16
"""Bytes that prometheus_client makes a file of."""
AROUND_A_KEY = 32
"""Bytes, at most, that a value takes besides its key."""


class Reserved(MmapedDict):
    """Figures in a file that is mapped into memory.

    Where a disk is full, the kernel kills whoever writes to a part of such a file that has no blocks yet; here it is an
    `OSError` of whoever asks for them.
    """

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            _reserve(filename, AT_FIRST)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        if self._used + 4 * len(key) + AROUND_A_KEY > self._capacity:
            _reserve(self._fname, 2 * self._capacity)
        super()._init_value(key)  # type: ignore[no-untyped-call]


def _reserve(name: str, size: int) -> None:
    """Takes the blocks of a file up to a size, and makes the file where there is none."""
    if sys.platform == "linux":
        file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(file, 0, size)
        finally:
            os.close(file)
