"""What every document must be in the end: the log folded from nothing, stream by stream, in order.

Shares nothing with the catching up that it judges: no batches, no revisions, no transactions, no differences. Facts are
added up, and rows collected, when everything is folded.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

from efi.log.event_store import Commit, commits, decode
from efi.log.mongo import Document
from efi.reading.projections import Fold, Journal, ReadModel, Rows, Tally

Documents = dict[str, Document]
AS_READ: CodecOptions[Document] = CodecOptions(tz_aware=True, uuid_representation=UuidRepresentation.STANDARD)


def whole_log() -> list[Commit]:
    """By stream and in order. A hole, or a version that is there twice, is an error."""
    log = [decode(raw) for raw in commits().find().sort([("stream", 1), ("version", 1)])]
    reached: dict[str, int] = defaultdict(int)
    for commit in log:
        assert commit.version == reached[commit.stream] + 1, _told(commit.stream, log)
        reached[commit.stream] += len(commit.events)
    return log


def _told(stream: str, log: list[Commit]) -> str:
    rows = [f"{one.version} to {one.last} by {one.command_id}" for one in log if one.stream == stream]
    return "\n".join([f"{stream} has a hole, or a version twice:", *rows])


def facts(model: ReadModel, log: Iterable[Commit]) -> Documents:
    """The documents of a fold, or the facts behind tallies and rows, by id."""
    folded: Documents = {}
    for commit in log:
        kind, _, identity = commit.stream.partition(":")
        if kind not in model.kinds:
            continue
        fact = folded.setdefault(identity or kind, {"_id": identity or kind, "_seen": {}, **model.empty()})
        for event in commit.events:
            model.fold(fact, event, commit)
        fact["_seen"][kind] = commit.version + len(commit.events) - 1
        fact["_updated_at"] = max(commit.recorded_at, fact.get("_updated_at", commit.recorded_at))
    for fact in folded.values():
        if model.derive:
            model.derive(fact)
    return folded


def documents(model: ReadModel, from_facts: Documents) -> Documents:
    """What is read of a read model, by id. Raises where two streams have a row of the same id."""
    match model:
        case Fold():
            return from_facts
        case Rows():
            return _apart(model, (row for fact in from_facts.values() for row in model.rows(fact)))
        case Journal():
            return _apart(model, (row for fact in from_facts.values() for row in fact["_new"]))
        case Tally():
            return _sums(model, from_facts)
    raise NotImplementedError(f"{model.name} has a shape that the reference cannot fold: teach {__name__}.documents")


def _apart(model: ReadModel, yielded: Iterable[Document]) -> Documents:
    rows = list(yielded)
    assert len({row["_id"] for row in rows}) == len(rows), f"{model.name}: two rows of the same id"
    return {row["_id"]: row for row in rows}


def _sums(model: Tally, from_facts: Documents) -> Documents:
    sums: defaultdict[str, defaultdict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for fact in from_facts.values():
        for tally, amounts in model.contributes(fact).items():
            for name, amount in amounts.items():
                sums[tally][name] += amount
    return {tally: {"_id": tally, **amounts} for tally, amounts in sums.items()}


def as_read(document: Document) -> Document:
    """As the database would give it back: milliseconds, and lists for tuples."""
    read: Document = bson.decode(bson.encode(document, codec_options=AS_READ), AS_READ)
    return read
