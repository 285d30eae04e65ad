"""Walks over all that a read model holds, or should hold, in ranges, so that memory stays bounded."""

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from zlib import crc32

from pymongo.client_session import ClientSession

from efi.log import event_store
from efi.log.mongo import Document, client
from efi.reading.projections import Generation, identity_in

RANGE = 100
MOST_HELD = 250_000
"""Ids held in memory at once; if there are more, everything is walked over several times."""
EVERY: Document = {"$gt": ""}
Looked = Callable[[int], object]


@contextmanager
def snapshot() -> Iterator[ClientSession]:
    """Opens a session in which all reads are as of one moment.

    MongoDB keeps it for five minutes unless set otherwise.
    """
    with client().start_session(snapshot=True) as session:
        yield session


def heads(kind: str = "") -> Iterator[tuple[str, int]]:
    """Yields every stream of a kind, or of all kinds, in order, with the version of its last event."""
    for streams in event_store.of_kind(kind) if kind else [EVERY]:
        newest = [*event_store.newest(streams, "count"), {"$sort": {"_id": 1}}]
        for row in event_store.commits().aggregate(newest, allowDiskUse=True):
            yield row["_id"], row["version"] + row["count"] - 1


@dataclass
class Standing:
    """How far a document or fact has read, and the heads of its streams; `stored` is False if there is none."""

    identity: str
    heads: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    stored: bool = False


def standings(generation: Generation) -> Iterator[Standing]:
    """Yields every document that the log or the read model knows of, in the order of their ids."""
    of_log = [_by_identity(kind) for kind in generation.model.kinds]
    facts = generation.facts.find({}, {"_seen": 1}).sort("_id", 1)
    of_facts = ((fact["_id"], "", fact["_seen"]) for fact in facts)
    for identity, entries in groupby(heapq.merge(*of_log, of_facts, key=itemgetter(0)), key=itemgetter(0)):
        standing = Standing(identity)
        for _, kind, value in entries:
            if kind:
                standing.heads[kind] = value
            else:
                standing.seen, standing.stored = value, True
        yield standing


def _by_identity(kind: str) -> Iterator[tuple[str, str, int]]:
    for stream, head in heads(kind):
        yield identity_in(stream), kind, head


@dataclass
class Sample:
    """Draws a fixed number of ids from a sequence of any length, each as likely as any other."""

    size: int
    kept: list[str] = field(default_factory=list)
    passed: int = 0

    def take(self, one: str) -> None:
        self.passed += 1
        if len(self.kept) < self.size:
            self.kept.append(one)
        elif (place := random.randrange(self.passed)) < self.size:
            self.kept[place] = one


def parts(number: int) -> list[Callable[[str], bool]]:
    """Returns a predicate for each walk over `number` ids: which ids that walk looks at."""
    walks = number // MOST_HELD + 1

    def comes(walk: int) -> Callable[[str], bool]:
        return lambda identity: crc32(identity.encode()) % walks == walk

    return [comes(walk) for walk in range(walks)]
