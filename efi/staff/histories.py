"""The history of an object from its stream: who did what, the values before and after, and its state at any version."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from efi.domain.aggregate import AGGREGATES, Aggregate
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log import event_store
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import identity_in

A_PAGE = 25
OF_THE_KERNEL = ("id", "version", "recorded_at")
OLD = "old_"
"""What the names of fields begin with that say what a value was before."""
Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Where the log holds an object: in a stream, and in which part of its aggregate's state."""

    stream: str
    title: str = "history"
    part: Path = ()
    unsaid: str = ""
    """A step in the paths of its values that is not shown."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value before and after an event; one that the state does not keep is only in `after`."""

    path: Path
    before: object = None
    after: object = None
    kept: bool = True


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event of an object's history."""

    version: int
    happened: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    changes: tuple[Change, ...]


def entries(kept: Kept, page: int = 1) -> tuple[list[Entry], int]:
    """Returns a page of entries, the newest first, and how many there are in all."""
    versions = _versions(kept)
    wanted = set(versions[::-1][(page - 1) * A_PAGE : page * A_PAGE])
    return [*_read_entries(kept, wanted)][::-1], len(versions)


def state_at(kept: Kept, version: int) -> dict[Path, object]:
    """Returns the values of an object's state after the event at `version`."""
    aggregate = _empty(kept)
    for commit in _read(kept, version):
        aggregate.replay(commit.events[: max(0, version - commit.version + 1)])
    return _state(aggregate, kept)


def event_in_words(event: Event) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).lower()


def values_in(value: Any, path: Path = ()) -> dict[Path, object]:
    """Returns the single values within a JSON value, each by its path; an amount of money counts as one."""
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return {path: f"{value['currency']} {value['amount']}"}
    if isinstance(value, dict):
        return {way: one for name, inner in value.items() for way, one in values_in(inner, (*path, name)).items()}
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return {
            way: one for at, inner in enumerate(value, 1) for way, one in values_in(inner, (*path, str(at))).items()
        }
    return {path: value}


def _versions(kept: Kept) -> Sequence[int]:
    """Returns the versions of the events that tell of an object."""
    if not kept.part:
        return range(1, event_store.head(kept.stream) + 1)
    return [version for version, event in _stored(kept) if _names(event["data"], kept.part[-1])]


def _read(kept: Kept, last: int) -> Iterator[Commit]:
    """Returns the commits of an object's stream up to the one that holds the event at version `last`."""
    return takewhile(lambda commit: commit.version <= last, event_store.read(kept.stream))


def _stored(kept: Kept) -> Iterator[tuple[int, Document]]:
    for raw in event_store.read_raw(kept.stream):
        yield from enumerate(raw["events"], raw["version"])


def _names(value: Any, identity: str) -> bool:
    if isinstance(value, dict):
        return identity in value or any(_names(one, identity) for one in value.values())
    return any(_names(one, identity) for one in value) if isinstance(value, list) else value == identity


def _empty(kept: Kept) -> Aggregate:
    kind, _, identity = kept.stream.partition(":")
    return AGGREGATES[kind](id=UUID(identity) if identity else None)


def _read_entries(kept: Kept, wanted: set[int]) -> Iterator[Entry]:
    aggregate, states = _empty(kept), dict[int, dict[Path, object]]()
    for commit in _read(kept, max(wanted, default=0)):
        for version, event in enumerate(commit.events, commit.version):
            if version not in wanted:
                aggregate.replay([event])
                continue
            before = states.get(version - 1) or _state(aggregate, kept)
            states = {version: _state(aggregate.replay([event]), kept)}
            yield Entry(
                version=version,
                happened=event_in_words(event),
                actor=commit.actor,
                occurred_at=commit.occurred_at,
                recorded_at=commit.recorded_at,
                changes=tuple(_changes(before, states[version], event, kept)),
            )


def _state(aggregate: Aggregate, kept: Kept) -> dict[Path, object]:
    if kept.part:
        part = _part(aggregate, kept.part)
        return values_in({} if part is None else dump(part))
    return values_in({name: value for name, value in dump(aggregate).items() if name not in OF_THE_KERNEL})


def _part(whole: Any, path: Path) -> Any:
    """Returns a part of an aggregate's state, or None; it alone is then turned into values, however large the rest."""
    for step in path:
        named = {str(key): one for key, one in whole.items()} if isinstance(whole, dict) else vars(whole)
        whole = named.get(step)
    return whole


def _changes(before: Mapping[Path, object], after: Mapping[Path, object], event: Event, kept: Kept) -> Iterator[Change]:
    changed = [path for path in {**before, **after} if (before.get(path) or None) != (after.get(path) or None)]
    for path in changed:
        yield Change(path=path, before=before.get(path), after=after.get(path))
    covered = {path[-1:] for path in changed}
    subject = {kept.part[-1] if kept.part else identity_in(kept.stream), identity_in(kept.stream)}
    values = {str(after.get(path)) for path in changed}
    for path, value in values_in(dump(event)).items():
        known = path[-1:] in covered or path[-1].startswith(OLD) or str(value) in subject | values
        if not known and value not in (None, "", []):
            yield Change(path=path, after=value, kept=False)
