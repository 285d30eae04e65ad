"""Tells those who follow a read model's documents that some were written past the bells."""

from collections.abc import Iterable

from efi.projections import Generation


def ring(generation: Generation, streams: Iterable[str]) -> None:
    """What these streams feed in it may have been written."""
