"""A log, and read models of each shape, as a process finds them that has just started."""

from tests.efi.conftest import documents, labelled, restarted, tagged

__all__ = ["documents", "labelled", "restarted", "tagged"]
