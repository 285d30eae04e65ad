"""Folds documents anew from nothing: to heal them, and where the log no longer tells what they show."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import bson
from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from efi.log import event_store
from efi.log.event_store import CODEC, now
from efi.log.mongo import Document, client
from efi.reading import catching_up, contributions, generations, notify_followers
from efi.reading.catching_up import NEWEST
from efi.reading.folding import FoldFailed, fold_commit
from efi.reading.projections import Fold, Generation, Journal, ReadModel, identity_in, streams_of
from efi.runtime.batches import batched

TRIES, ROWS_AT_ONCE = 10, 1_000
TOGETHER, SHORT = 100, 200
"""Documents that are folded anew together, each of no more than so many events."""
Commits = Callable[[str, int], Iterable[Document]]


class Overtaken(Exception):
    """Somebody else wrote the document at each try; another try later will help."""


def refold_stream(stream: str) -> None:
    """Writes every document that a stream feeds anew, in the generations that serve and in those one can go back to.

    Raises as `refold` does. Generations of other folds are left to the processes that have code for them.
    """
    for generation in generations.of_this_process():
        if generation.model.follows(stream):
            refold(generation, identity_in(stream))
    for generation in generations.previous():
        if generation.model.follows(stream):
            _rewrite(generation, identity_in(stream))


def refold_streams(streams: Iterable[str]) -> None:
    """Does as `refold_stream` for many streams, in few requests where a document is made of few events."""
    named = list(streams)
    for generation in generations.of_this_process():
        identities = dict.fromkeys(identity_in(one) for one in named if generation.model.follows(one))
        for some in batched(identities, TOGETHER):
            _refold_some(generation, some)
    for generation in generations.previous():
        for identity in dict.fromkeys(identity_in(one) for one in named if generation.model.follows(one)):
            _rewrite(generation, identity)


def _refold_some(generation: Generation, identities: list[str]) -> None:
    """Refolds documents: those together that are short, and each by itself that is long or was written meanwhile."""
    apart = set(identities)
    if isinstance(generation.model, Fold):
        stored = generation.facts.find({"_id": {"$in": identities}})
        short = [one for one in stored if "_failed" not in one and sum(one["_seen"].values()) <= SHORT]
        apart -= _written_together(generation, short)
    for identity in apart:
        refold(generation, identity)


def _written_together(generation: Generation, stored: list[Document]) -> set[str]:
    """Returns the ids of those that were written anew; nobody else has written any, or none is told of."""
    if not stored:
        return set()
    streams = [stream for one in stored for stream in streams_of(generation.model, one["_id"])]
    read = event_store.read_unseen(dict.fromkeys(streams, 0))

    def commits(stream: str, upto: int) -> Iterator[Document]:
        return (raw for raw in read.get(stream, ()) if raw["version"] <= upto)

    changes = [
        ReplaceOne(
            {"_id": one["_id"], "_rev": one["_rev"]},
            {**_folded(generation.model, one, commits), "_rev": one["_rev"] + 1},
        )
        for one in stored
    ]
    if generation.facts.bulk_write(changes, ordered=False).matched_count < len(changes):
        return set()
    catching_up.catch_up(generation, dict.fromkeys(streams, NEWEST))
    notify_followers.ring(generation, streams)
    return {one["_id"] for one in stored}


def refold(generation: Generation, identity: str) -> None:
    """Writes a document, or a fact with what it yields, anew as far as it has read; then catches up and tells mirrors.

    It is written at a raised revision, whether or not it changes. What should not exist leaves a tombstone. Raises
    `Overtaken`, `FoldFailed`, and PyMongo's errors.
    """
    _rewrite(generation, identity)
    streams = streams_of(generation.model, identity)
    catching_up.catch_up(generation, dict.fromkeys(streams, NEWEST))
    notify_followers.ring(generation, streams)


def _rewrite(generation: Generation, identity: str) -> None:
    if not any(_replace(generation, identity) for _ in range(TRIES)):
        raise Overtaken(f"somebody writes {identity} of {generation.name} all the time")


def _replace(generation: Generation, identity: str) -> bool:
    """Replaces a document by its refold; returns False if somebody else has written it since it was read."""
    stored = generation.facts.find_one({"_id": identity})
    if not stored:
        return True
    failed = {"_failed": stored["_failed"]} if "_failed" in stored else {}
    document = {**_folded(generation.model, stored), **failed, "_rev": stored["_rev"] + 1}
    if isinstance(generation.model, Fold):
        return _written(generation, stored, document, None)
    if isinstance(generation.model, Journal):
        _rewrite_rows(generation, document)
    return _in_a_transaction(lambda session: _replace_fact(generation, stored, dict(document), session))


def _commits(stream: str, upto: int) -> Iterator[Document]:
    return (raw for raw in event_store.read_raw(stream) if raw["version"] <= upto)


def _folded(model: ReadModel, stored: Document, commits: Commits = _commits) -> Document:
    """Folds the commits that a document has seen, from nothing. Raises `FoldFailed`."""
    document: Document = {"_id": stored["_id"], "_seen": {}, **model.empty()}
    for stream in streams_of(model, stored["_id"]):
        kind = stream.partition(":")[0]
        for raw in commits(stream, stored["_seen"].get(kind, 0)):
            try:
                fold_commit(model, document, kind, event_store.decode(raw))
            except Exception as error:
                raise FoldFailed(stream, raw["version"]) from error
    return document


def _written(generation: Generation, stored: Document, document: Document, session: ClientSession | None) -> bool:
    still = {"_id": stored["_id"], "_rev": stored["_rev"]}
    return bool(generation.facts.replace_one(still, document, session=session).matched_count)


def _replace_fact(generation: Generation, stored: Document, document: Document, session: ClientSession) -> bool:
    """Replaces a fact, and changes its rows or tallies by the difference to what the old fact had yielded."""
    moment = document.get("_updated_at") or stored.get("_updated_at") or now()
    if not _written(generation, stored, document, session):
        return False
    changes = contributions.changes(generation.model, {**document, "_updated_at": moment}, _yielded(generation, stored))
    if changes:
        generation.stored.bulk_write(changes, ordered=False, session=session)
    return True


def _rewrite_rows(generation: Generation, fact: Document) -> None:
    """Takes the rows out of a journal's fact, and writes those that are missing or not what they should be.

    They come before the fact and not with it, a thousand at a time, as a long journal is too much for one transaction.
    Nobody else writes them: each is that of a commit which the stored fact has seen.
    """
    rows, fact["_new"] = fact["_new"], []
    for some in batched(rows, ROWS_AT_ONCE):
        if other := _other_than_stored(generation, some):
            writes = contributions.changes(generation.model, {**fact, "_new": other}, None)
            generation.stored.bulk_write(writes, ordered=False)


def _other_than_stored(generation: Generation, rows: Iterable[Document]) -> list[Document]:
    """Returns those rows of a journal that are missing or not what they should be."""
    due = {row["_id"]: row for row in rows}
    there = {row["_id"]: row for row in generation.stored.find({"_id": {"$in": list(due)}})}
    return [row for key, row in due.items() if key not in there or _content(row) != _content(there[key])]


def _content(row: Document) -> dict[str, bytes]:
    """Returns each field as the database keeps it, without those that tell when and how often a row was written."""
    return {
        name: bson.encode({"": value}, codec_options=CODEC)
        for name, value in row.items()
        if name not in ("_rev", "_updated_at")
    }


def _yielded(generation: Generation, stored: Document) -> Any:
    """Returns what the stored fact yields, or nothing if that fails: `manage.py verify` finds what it leaves."""
    try:
        return contributions.of(generation.model, stored)
    except Exception:  # noqa: BLE001 - whatever a fold's last step raises on what is no fact of its
        return {}


def _in_a_transaction(write: Callable[[ClientSession], bool]) -> bool:
    with client().start_session() as session:
        done: bool = session.with_transaction(write, read_concern=ReadConcern("snapshot"))
        return done
