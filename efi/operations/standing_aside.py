"""Streams that stand aside, as a read model's fold fails on their events, and the retry once it is corrected."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from efi.domain.errors import NotFound
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import catching_up, failures, generations, notify_followers
from efi.reading.projections import Generation
from efi.runtime.metrics import STANDING_ASIDE


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A stream in quarantine, with the commit that its fold fails on."""

    note: Document
    commit: Document
    """As it is stored; empty where the log holds it no more."""

    @property
    def name(self) -> str:
        return name_of(self.note)

    @property
    def events(self) -> list[Document]:
        return list(event_store.shown(self.commit)) if self.commit else []


@dataclass(frozen=True, kw_only=True)
class Retried:
    """The outcome of a retry; `error` is that of the fold, if it failed again."""

    name: str
    error: str = ""


def name_of(note: Document) -> str:
    return f"{note['read_model']}/{note['stream']}"


def notes() -> list[Document]:
    """Returns the notes of what stands aside in the read models of this process, the oldest first."""
    return failures.notes_aside(generation.name for generation in generations.of_this_process())


def told(noted: Iterable[Document]) -> Iterator[Aside]:
    """Yields each stream that stands aside with the commit that its fold fails on."""
    for note in noted:
        where = {"stream": note["stream"], "version": note["version"]}
        yield Aside(note=note, commit=event_store.commits().find_one(where) or {})


def chosen(names: Iterable[str]) -> list[Document]:
    """Returns the streams that are named by `READ_MODEL/STREAM`, by a read model or by a stream.

    Raises `NotFound` for a name that nothing aside has.
    """
    noted, found = notes(), dict[str, Document]()
    for name in names:
        called = [note for note in noted if name in (name_of(note), note["read_model"], note["stream"])]
        if not called:
            raise NotFound(f"nothing called {name[:200]} is in quarantine")
        found |= {note["_id"]: note for note in called}
    return list(found.values())


def retry(noted: Iterable[Document]) -> list[Retried]:
    """Folds these streams again one after the other; those that fail again stay aside.

    Raises PyMongo's errors.
    """
    retried = [_retry(generations.live(note["read_model"]), note) for note in noted]
    measure()
    return retried


def _retry(generation: Generation, note: Document) -> Retried:
    catching_up.retry(generation, [note["stream"]])
    failures.forget_passed(generation, [note["stream"]])
    notify_followers.ring(generation, [note["stream"]])
    again = failures.failures().find_one({"_id": f"{generation.name} {note['stream']}"}) or {}
    return Retried(name=name_of(note), error=again.get("error", ""))


def measure() -> None:
    for generation in generations.of_this_process():
        STANDING_ASIDE.labels(generation.model.name).set(failures.count_aside(generation.name))
