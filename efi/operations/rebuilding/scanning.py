"""Folds the log from nothing, a span of ids at a time, and writes each document once and in bulk.

What cannot be done this way is left to the sweep that follows: a document that somebody else has written meanwhile, a
stream that has moved on, an event that a fold fails on.
"""

import heapq
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from efi.log import event_store
from efi.log.mongo import Document, client
from efi.reading import contributions, followers
from efi.reading.generations import behind, bells_of
from efi.reading.projections import Fold, Generation, ReadModel, Tally, identity_in
from efi.runtime.batches import batched

SAMPLED, MOST_SPANS = 5_000, 400
LEAST_COMMITS = 3_000
"""Commits in a span, about: this much is repeated after a kill, and progress is reported as often."""
WRITES_AT_ONCE, COMMITS_AT_ONCE = 1_000, 3_000
QUICKLY = WriteConcern(w=1)
"""If a failover takes something of a build back, the sweep, which waits for a majority, finds it."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Span:
    """The ids from `first` up to before `end`; the first span also holds those without an id."""

    first: str
    end: str

    @property
    def ids(self) -> Document:
        return {"$gte": self.first, "$lt": self.end} if self.end else {"$gte": self.first}

    def streams(self, kind: str) -> list[Document]:
        many = {"$gte": f"{kind}:{self.first}", "$lt": f"{kind}:{self.end}" if self.end else f"{kind};"}
        single: list[Document] = [] if self.first else [{"$eq": kind}]
        return [*single, many]


def spans(model: ReadModel) -> list[Span]:
    """Divides the ids that feed a read model into spans with about equally many commits, estimated from a sample."""
    some: list[Document] = [{"$sample": {"size": SAMPLED}}, {"$project": {"_id": 0, "stream": 1}}]
    drawn = [one["stream"] for one in event_store.commits().aggregate(some)]
    ids = sorted(identity_in(stream) for stream in drawn if model.follows(stream))
    commits = event_store.commits().estimated_document_count() * len(ids) / max(1, len(drawn))
    step = max(1, int(len(ids) / max(1, min(MOST_SPANS, commits / LEAST_COMMITS))))
    edges = ["", *dict.fromkeys(ids[step::step]), ""]
    return [Span(*edge) for edge in pairwise(edges)]


def count(model: ReadModel) -> int:
    """Counts the commits that feed a read model."""
    streams = [{"stream": one} for kind in model.kinds for one in Span("", "").streams(kind)]
    return sum(event_store.commits().count_documents(one) for one in streams)


def scan(generation: Generation, span: Span) -> Counter[str]:
    """Writes every document of the span that is not there yet; returns how many commits and events it has read."""
    read = Counter(commits=0, events=0)
    for batch in batched(_fold_span(generation, span, read), WRITES_AT_ONCE, _weight):
        try:
            _write(generation, batch)
        except ConnectionFailure:
            raise
        except Exception:
            logger.info("%d of %s are left to the sweep", len(batch), generation.name, exc_info=True)
    return read


def sweep(generation: Generation, span: Span) -> int:
    """Catches up every document of the span that has not seen its streams' heads.

    Returns how many streams were behind.
    """
    event_store.settle()
    facts = generation.facts.find({"_id": span.ids}, {"_seen": 1})
    rung, follower = 0, followers.of_generation(generation)
    for bells in bells_of(behind(_heads(generation.model, span), facts)):
        rung += len(bells)
        follower.answer(bells)
    return rung


def _heads(model: ReadModel, span: Span) -> Iterator[tuple[str, int]]:
    for kind in model.kinds:
        for streams in span.streams(kind):
            yield from event_store.heads_of(streams)


def _fold_span(generation: Generation, span: Span, read: Counter[str]) -> Iterator[tuple[Document, Any]]:
    """Yields each document with what it contributes, without those that an interrupted scan has written already."""
    there = {one["_id"] for one in generation.facts.find({"_id": span.ids}, {"_id": 1})}
    raws = heapq.merge(*(_commits(kind, span) for kind in generation.model.kinds), key=itemgetter(0))
    for identity, group in groupby(raws, key=itemgetter(0)):
        commits = _counted(group, read)
        if identity not in there:
            yield from _folded(generation, identity, commits)
        deque(commits, maxlen=0)


def _counted(group: Iterable[tuple[str, Document]], read: Counter[str]) -> Iterator[Document]:
    """Yields commits, and counts each as it is read."""
    for _, raw in group:
        read.update(commits=1, events=raw["count"])
        yield raw


def _folded(generation: Generation, identity: str, commits: Iterable[Document]) -> Iterator[tuple[Document, Any]]:
    """Yields a document with what it contributes, unless that fails: then the sweep makes it, or notes why not."""
    try:
        fact = _fold(generation.model, identity, commits)
        yielded = contributions.of(generation.model, fact)
    except PyMongoError:
        raise
    except Exception:
        logger.info("%s of %s is left to the sweep", identity, generation.name, exc_info=True)
        return
    yield fact, yielded


def _commits(kind: str, span: Span) -> Iterator[tuple[str, Document]]:
    """Yields the commits of a kind within a span, each with its id, in the order of ids."""
    for streams in span.streams(kind):
        found = event_store.commits().find({"stream": streams}, sort=event_store.IN_ORDER, batch_size=COMMITS_AT_ONCE)
        for raw in event_store.with_keys(found):
            yield identity_in(raw["stream"]), raw


def _fold(model: ReadModel, identity: str, raws: Iterable[Document]) -> Document:
    """Folds commits into a new document; no more of a journal than is written at once, and the sweep goes on there."""
    document: Document = {"_id": identity, "_seen": {}, "_rev": 1, **model.empty()}
    moments = list[datetime]()
    for raw in raws:
        commit = event_store.decode(raw)
        for fact in commit.events:
            model.fold(document, fact, commit)
        document["_seen"][commit.stream.partition(":")[0]] = commit.last
        moments.append(commit.recorded_at)
        if len(document.get("_new", ())) >= WRITES_AT_ONCE:
            break
    if model.derive:
        model.derive(document)
    document["_updated_at"] = max(moments)
    return document


def _weight(folded: tuple[Document, Any]) -> int:
    fact, yielded = folded
    return 1 + len(yielded or ()) + len(fact.get("_new", ()))


def _write(generation: Generation, batch: list[tuple[Document, Any]]) -> None:
    """Writes facts and what they yield in one transaction, so that an interrupted scan can be repeated."""
    facts = [fact for fact, _ in batch]
    if isinstance(generation.model, Fold):
        generation.stored.with_options(write_concern=QUICKLY).insert_many(facts, ordered=False)
        return
    changes = _sums(batch) if isinstance(generation.model, Tally) else _rows(generation.model, facts)

    def write(session: ClientSession) -> None:
        generation.facts.insert_many(facts, ordered=False, session=session)
        if changes:
            generation.stored.bulk_write(changes, ordered=False, session=session)

    with client().start_session() as session:
        session.with_transaction(write, ReadConcern("snapshot"), QUICKLY)


def _rows(model: ReadModel, facts: list[Document]) -> list[Any]:
    return [write for fact in facts for write in contributions.changes(model, fact, {})]


def _sums(batch: list[tuple[Document, Any]]) -> list[Any]:
    """Returns one write for each tally, however many facts contribute to it."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    newest: dict[str, datetime] = {}
    for fact, contributed in batch:
        for tally, amounts in contributed.items():
            if any(amounts.values()):
                sums[tally].update(amounts)
                newest[tally] = max(fact["_updated_at"], newest.get(tally, fact["_updated_at"]))
    return [
        UpdateOne({"_id": tally}, {"$inc": {**sums[tally], "_rev": 1}, "$max": {"_updated_at": at}}, upsert=True)
        for tally, at in sorted(newest.items())
    ]
