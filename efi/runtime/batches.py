"""Cuts what is too large to be held in memory into batches."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batched(things: Iterable[T], most: int, weight: Callable[[T], int] = lambda _: 1) -> Iterator[list[T]]:
    """Yields lists of things in their order. A list ends as soon as the things in it weigh `most` or more together."""
    batch, weighs = list[T](), 0
    for thing in things:
        batch.append(thing)
        weighs += weight(thing)
        if weighs >= most:
            yield batch
            batch, weighs = [], 0
    if batch:
        yield batch
