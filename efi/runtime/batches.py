"""What is too much to be held at once, some of it at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batched(things: Iterable[T], most: int, weight: Callable[[T], int] = lambda _: 1) -> Iterator[list[T]]:
    """Each ends with the thing by which it weighs `most` or more, the last with the last."""
    batch, weighs = list[T](), 0
    for thing in things:
        batch.append(thing)
        weighs += weight(thing)
        if weighs >= most:
            yield batch
            batch, weighs = [], 0
    if batch:
        yield batch
