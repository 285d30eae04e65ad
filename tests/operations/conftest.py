"""A log, and read models of each shape, as a process finds them that has just started."""

from tests.efi.conftest import documents, restarted, tagged

__all__ = ["documents", "restarted", "tagged"]
