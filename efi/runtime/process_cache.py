"""What a process made once and may show again, by key."""

import math
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ProcessCache(Generic[Key, Value]):
    """Holds at most `most` values; one more, and it begins empty again."""

    def __init__(self, most: int = 200) -> None:
        self.most, self.entries = most, dict[Key, tuple[Value, float]]()

    def get(self, key: Key, make: Callable[[Value | None], Value], *, since: float = -math.inf) -> Value:
        """Returns the value of a key if it was made at `since` or later, by the monotonic clock; else makes it.

        `make` is given the value that was there before, if there was one.
        """
        value, made_at = self.entries.get(key, (None, -math.inf))
        if value is not None and made_at >= since:
            return value
        made_at = time.monotonic()
        value = make(value)
        if len(self.entries) >= self.most:
            self.entries.clear()
        self.entries[key] = value, made_at
        return value

    def earlier(self, key: Key) -> Value | None:
        """Returns the value that was made last, however long ago."""
        return self.entries.get(key, (None, 0.0))[0]

    def clear(self) -> None:
        """Forgets every value."""
        self.entries.clear()
