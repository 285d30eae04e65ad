"""What waits for a second person in any context: one read model, of a part that each context registers."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import READ_MODELS, Folds, Rows
from efi.reading.records import Listing, hiding

NAME = "approval_records"
VERSION = 2
"""Raised with every change of what is the same for all contexts."""
CONTEXTS: list[str] = []
"""Those that ask second persons."""
KINDS: list[str] = []
"""What second persons are asked about, in all contexts."""
Shown = Callable[[Document, Document], Document]
listing = Listing(
    closed={"context": CONTEXTS, "kind": KINDS},
    open=("subject_id",),
    sorts={"since": ("since",), "subject": ("subject_order",)},
)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What one context asks second persons, and how its streams are folded to that."""

    kinds: tuple[str, ...]
    streams: tuple[str, ...]
    version: int
    fold: Folds
    empty: Callable[[], Document]
    shown: Shown


ASKING: dict[str, Asking] = {}
"""By context, which is the first word of its events' names."""


def asks(
    *, kinds: type[StrEnum], streams: tuple[str, ...], version: int, empty: Callable[[], Document], shown: Shown
) -> Callable[[Folds], Folds]:
    """Registers what of a context waits for a second person, by a fold that calls `ask` and `answered`.

    `shown` is given the fact and what is asked, and returns what the row says besides, at least its `subject`. Raise
    `version` with every change of the fold or of `shown`. Raises `ValueError` for what is asked elsewhere already.
    """

    def register(fold: Folds) -> Folds:
        context = fold.__module__.partition(".")[0]
        twice = {context} & ASKING.keys()
        for one in ASKING.values():
            twice |= {*kinds} & {*one.kinds} | {*streams} & {*one.streams}
        if twice:
            raise ValueError(f"{context} asks about {', '.join(sorted(twice))}, as another does already")
        about = tuple(kinds)
        ASKING[context] = Asking(kinds=about, streams=streams, version=version, fold=fold, empty=empty, shown=shown)
        CONTEXTS.append(context)
        KINDS.extend(about)
        READ_MODELS[NAME] = _of_all_contexts()
        return fold

    return register


def ask(
    fact: Document,
    kind: str,
    commit: Commit,
    by: str,
    ids: Mapping[str, str],
    *,
    record: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    **about: object,
) -> None:
    """Enters into a fact what waits from now on, in place of what waited of this kind.

    `by` is who asks, and `ids` are what the commands that say yes and no take. `record` is the id of the record that
    it is about, by default the fact's own. `about` is what `shown` needs.
    """
    record = record or fact["_id"]
    fact["waiting"][key(kind, record)] = {
        "kind": kind,
        "record": record,
        "ids": dict(ids),
        "before": before,
        "after": after,
        "reason": reason,
        "asked_by": by,
        "since": commit.occurred_at,
        "about": about,
    }


def answered(fact: Document, *kinds: str, record: str = "") -> None:
    """Takes out of a fact what waited of these kinds, where something did."""
    for kind in kinds:
        fact["waiting"].pop(key(kind, record or fact["_id"]), None)


def key(kind: str, record: str) -> str:
    """Returns the id of the row that says what of a kind waits on a record."""
    return f"{kind}:{record}"


def _of_all_contexts() -> Rows:
    streams = tuple(stream for one in ASKING.values() for stream in one.streams)
    return Rows(
        name=NAME,
        kinds=streams,
        version=_version(),
        fold=_fold,
        rows=_rows,
        indexes=listing.indexes,
        view=(hiding("subject_order", "about"),),
    )


def _version() -> int:
    """Returns a number that is another whenever a context raises its version, comes in or goes."""
    told = [f"{VERSION}", *(f"{context} {one.version}" for context, one in sorted(ASKING.items()))]
    return int.from_bytes(hashlib.sha256(", ".join(told).encode()).digest()[:3])


def _fold(fact: Document, event: Event, commit: Commit) -> None:
    """Folds an event by the fold of its context, to which alone the fact belongs."""
    asking = ASKING[event.type_name.partition(".")[0]]
    if "waiting" not in fact:
        fact.update(asking.empty(), context=event.type_name.partition(".")[0], waiting={})
    asking.fold(fact, event, commit)
    fact["waiting"] = dict(sorted(fact["waiting"].items()))


def _rows(fact: Document) -> Iterator[Document]:
    shown = ASKING[fact["context"]].shown
    for identity, asked in fact["waiting"].items():
        row = {"_id": identity, "context": fact["context"], "subject_id": fact["_id"], **asked, **shown(fact, asked)}
        yield {**row, "subject_order": in_order(row["subject"]), "terms": terms(row["subject"])}
