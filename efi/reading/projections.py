"""Read models: how each is folded from streams, and the four shapes that they come in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bson.timestamp import Timestamp
from pymongo.collection import Collection

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection, replicated

Folds = Callable[[Document, Event, Commit], None]
Index = list[tuple[str, int]]
Amounts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ReadModel:
    """What the shapes have in common. `kinds` are the first words of the streams that feed it."""

    name: str
    kinds: tuple[str, ...]
    version: int
    fold: Folds
    empty: Callable[[], Document] = dict
    derive: Callable[[Document], None] | None = None
    """The last step of a fold: what depends on more than one stream."""
    indexes: tuple[Index, ...] = ()
    view: tuple[Document, ...] | None = None
    """Records only: the pipeline of the MongoDB view that the admin reads."""
    urgent: bool = False
    """People watch it: it is rung by a relay of its own, and waits for no other read model."""

    def follows(self, stream: str) -> bool:
        return stream.partition(":")[0] in self.kinds

    @property
    def lane(self) -> str:
        """Returns the lane, which read models share that wait for each other: see `efi.reading.followers.Follower`."""
        return "urgent" if self.urgent else "others"

    @property
    def view_name(self) -> str:
        return f"{self.name}_v{self.version}"


@dataclass(frozen=True, kw_only=True)
class Fold(ReadModel):
    """One document of few streams, which share its id."""


@dataclass(frozen=True, kw_only=True)
class Rows(ReadModel):
    """Many documents of one stream: its fact yields them, each with an `_id` that no other stream's has."""

    rows: Callable[[Document], Iterable[Document]]


@dataclass(frozen=True, kw_only=True)
class Journal(ReadModel):
    """Many documents of one stream that stay as they are once written, so that its fact need not hold them.

    A fold adds the new ones, each with an `_id` that no other has, to the list `_new` of its fact. The pass that writes
    them takes them out of it.
    """


@dataclass(frozen=True, kw_only=True)
class Tally(ReadModel):
    """One document of many streams: sums of what each stream's fact contributes, by the tally's id."""

    contributes: Callable[[Document], Mapping[str, Amounts]]


@dataclass(frozen=True)
class Generation:
    """The documents of one read model made by one version of its fold. Its name is drawn and never used again."""

    model: ReadModel
    name: str
    reached: Timestamp | None = field(default=None, compare=False)
    """The moment up to which its lists may be read from another member than the primary."""

    @property
    def documents(self) -> Collection[Document]:
        return collection(self.name)

    @property
    def lists(self) -> Collection[Document]:
        """Returns the documents for queries of many.

        Their answers say how fresh they are, so that a secondary may serve them.
        """
        return replicated(self.documents, self.reached) if self.reached else self.documents

    @property
    def facts(self) -> Collection[Document]:
        """Returns what holds `_seen`: the documents themselves, or the facts behind rows, journals and tallies."""
        return self.documents if isinstance(self.model, Fold) else collection(f"{self.name}_facts")


READ_MODELS: dict[str, ReadModel] = {}


def projects(
    name: str, *, streams: tuple[str, ...], version: int, shape: type[ReadModel] = Fold, **details: Any
) -> Callable[[Folds], Folds]:
    """Registers a read model by its fold, which is given a document or fact, an event, and the commit it came in.

    Raise `version` with every change of the fold: the next start builds a generation for it.
    """

    def register(fold: Folds) -> Folds:
        READ_MODELS[name] = shape(name=name, kinds=streams, version=version, fold=fold, **details)
        return fold

    return register


def streams_of(model: ReadModel, identity: str) -> list[str]:
    """Returns the streams that feed a document, by its id; an aggregate that is the only one has its kind as its id."""
    return [stream_for(kind, identity) for kind in model.kinds]


def stream_for(kind: str, identity: str) -> str:
    return kind if identity == kind else f"{kind}:{identity}"


def identity_in(stream: str) -> str:
    kind, _, identity = stream.partition(":")
    return identity or kind
