"""Differences between what is stored and what the log says, as `manage.py verify` names them."""

from collections.abc import Callable
from dataclasses import dataclass, field


class CannotCheck(Exception):
    """Something that was to be compared does not answer; the message says what."""


class NotHealed(Exception):
    """What was to be healed is as it was; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not what the log makes of it."""

    check: str
    """What found it: "documents", "rows", "log", "search" and so on."""
    read_model: str = ""
    """None for what is of no read model: the log itself, claims and guards."""
    what: str
    """A document's id, a stream, a claim."""
    said: str
    """Briefly, what is stored and what should be."""
    heal: Callable[[], object] | None = field(default=None, compare=False, repr=False)
    """Heals just this, or raises `NotHealed`; None where nothing but a person can."""

    def __str__(self) -> str:
        where = f"{self.read_model} {self.what}" if self.read_model else self.what
        return f"{self.check}: {where}: {self.said}"
