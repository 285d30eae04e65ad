"""Differences between what is stored and what the log says, as `manage.py verify` names them."""

from collections.abc import Callable
from dataclasses import dataclass, field


class CannotCheck(Exception):
    """Something that was to be compared does not answer; the message says what."""


class NotHealed(Exception):
    """Something could not be healed, and is as it was; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something stored that is not what the log says it should be."""

    check: str
    """What found it: "documents", "rows", "log", "search" and so on."""
    read_model: str = ""
    """The read model, or "" for the log itself, claims and guards."""
    what: str
    """A document's id, a stream, a claim."""
    said: str
    """Briefly, what is stored and what should be."""
    heal: Callable[[], object] | None = field(default=None, compare=False, repr=False)
    """Heals this difference alone, or raises `NotHealed`; None if only a person can."""

    def __str__(self) -> str:
        where = f"{self.read_model} {self.what}" if self.read_model else self.what
        return f"{self.check}: {where}: {self.said}"
