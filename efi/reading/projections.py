"""Read models: how each is folded from streams, and the four shapes that they come in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bson.timestamp import Timestamp
from pymongo.collection import Collection

from efi.domain.errors import NotFound
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection, replicated
from efi.reading.generation_names import facts_of

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
    owner: str = ""
    """The field of each document that holds, as text, the account whose own it is; none where they are nobody's."""

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
    """Many documents of one stream that never change once they are written, so that its fact need not hold them.

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
    """The moment that another member than the primary must have reached before its lists are read from it."""

    @property
    def documents(self) -> Collection[Document]:
        """Returns the documents for reading; raises `LookupError` where they have owners, and `of` is the only way."""
        return self._public(self.stored)

    @property
    def lists(self) -> Collection[Document]:
        """Returns the documents for queries of many; raises `LookupError` where they have owners.

        Their answers say how fresh they are, so that a secondary may serve them.
        """
        return self._public(self.stored_lists)

    def of(self, owner: UUID) -> "Owned":
        """Returns the documents of one owner, and no way to any other's."""
        return Owned(self, str(owner))

    @property
    def stored(self) -> Collection[Document]:
        """Returns all documents, whoever owns them: for what folds, builds, compares and heals, and for staff."""
        return collection(self.name)

    @property
    def stored_lists(self) -> Collection[Document]:
        return replicated(self.stored, self.reached) if self.reached else self.stored

    @property
    def facts(self) -> Collection[Document]:
        """Returns what holds `_seen`: all documents themselves, or the facts behind rows, journals and tallies."""
        return self.stored if isinstance(self.model, Fold) else collection(facts_of(self.name))

    def _public(self, found: Collection[Document]) -> Collection[Document]:
        if self.model.owner:
            raise LookupError(f"the documents of {self.model.name} have owners: ask for those of one")
        return found


@dataclass(frozen=True)
class Owned:
    """The documents of one owner in a generation: whatever is asked, no other owner's are found."""

    generation: Generation
    owner: str

    def __post_init__(self) -> None:
        if not self.generation.model.owner:
            raise LookupError(f"the documents of {self.generation.model.name} have no owners")

    @property
    def name(self) -> str:
        """Returns what ETags begin with: the generation and the owner."""
        return f"{self.generation.name} {self.owner}"

    def one(self, identity: str) -> Document:
        """Returns a document by its id; raises `NotFound` where there is none, and where it is another's."""
        found = self.generation.stored.find_one(self._among({"_id": identity}))
        if found is None:
            raise NotFound(f"there is no {identity}")
        return found

    def find(self, where: Document, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0) -> list[Document]:
        """Returns those of the owner's documents that `where` finds; all of them, where `limit` is 0."""
        found = self.generation.stored_lists.find(self._among(where), limit=limit)
        return list(found.sort(list(sort)) if sort else found)

    def count(self, where: Document) -> int:
        """Counts those of the owner's documents that `where` finds."""
        return self.generation.stored_lists.count_documents(self._among(where))

    def _among(self, where: Document) -> Document:
        return {"$and": [{self.generation.model.owner: self.owner}, where]}


READ_MODELS: dict[str, ReadModel] = {}


def projects(
    name: str,
    *,
    streams: tuple[str, ...],
    version: int,
    shape: type[ReadModel] = Fold,
    indexes: tuple[Index, ...] = (),
    owner: str = "",
    **details: Any,
) -> Callable[[Folds], Folds]:
    """Registers a read model by its fold, which is given a document or fact, an event, and the commit it came in.

    Raise `version` with every change of the fold: the next start builds a generation for it. With an `owner` there is
    an index by that field, and `Generation.of` is the only way to the documents. A tally sums up what is many people's
    and has none: raises `TypeError`. Raises `ValueError` for a name that another has.
    """
    if owner and issubclass(shape, Tally):
        raise TypeError(f"{name} is a tally, and a sum has no owner")
    if owner and not any(index[0][0] == owner for index in indexes):
        indexes = (*indexes, [(owner, 1), ("_id", 1)])
    told = {"indexes": indexes, "owner": owner, **details}

    def register(fold: Folds) -> Folds:
        if name in READ_MODELS:
            raise ValueError(f"{name} is the name of two read models")
        READ_MODELS[name] = shape(name=name, kinds=streams, version=version, fold=fold, **told)
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
