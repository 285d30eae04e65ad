"""What has drifted from the log, as `manage.py verify` names it, and how stores beside MongoDB are compared."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from efi.projections import Generation


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


Compares = Callable[[Generation, Collection[str] | None], Iterable[Difference]]
Heals = Callable[[Generation, Collection[str]], object]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Another store that holds copies of documents, each with the `_rev` it was made from.

    `differences` is given the ids of some documents, or None for all that either side holds; of a read model that the
    store holds nothing of it finds none. Both raise `CannotCheck` where the store does not answer. `heal` writes, or
    drops, the copies of just these documents.
    """

    name: str
    differences: Compares
    heal: Heals


COMPARISONS: dict[str, Comparison] = {}


def compares(name: str, *, heal: Heals) -> Callable[[Compares], Compares]:
    """Registers how a store is compared with a generation's documents by `_rev`."""

    def register(differences: Compares) -> Compares:
        COMPARISONS[name] = Comparison(name=name, differences=differences, heal=heal)
        return differences

    return register
