"""How far a follower that keeps no documents has come in each stream, and the reading of what lies behind."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from pymongo import UpdateOne
from pymongo.collection import Collection

from efi.domain.errors import UnknownEvent
from efi.log import event_store
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection
from efi.reading.catching_up import NEWEST, ReadLess
from efi.runtime.batches import batched

Take = Callable[[Sequence[Commit], set[str]], Mapping[str, int]]
"""Does with some commits what is to be done, and returns the version that it has reached of each stream.

It adds to the set the streams in which it stops; nothing more of them is handed to it before the next sweep.
"""
MOST_AT_ONCE = 1_000
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Positions:
    """One document for each stream: the version up to which a follower is done with it."""

    name: str
    """The name of the collection, and what the log calls the follower."""
    failed: Callable[[], object] = lambda: None
    """Called for each stream that stops at a commit which cannot be read."""

    @property
    def documents(self) -> Collection[Document]:
        return collection(self.name)

    def follow(self, bells: Mapping[str, int], take: Take, *, most: int) -> None:
        """Hands what these streams hold behind their positions to `take`, `most` events at a time, in each one's order.

        Positions are raised after `take` has returned, and only rise. Any number at once may follow the same streams,
        and hand on the same commits. Raises PyMongo's errors, what `take` raises, and `ReadLess` where the log does
        not show yet what a bell named.
        """
        read, stopped = self._behind(bells), set[str]()
        for raws in batched(_commits_behind(read), most, itemgetter("count")) if read else ():
            self._raise_to(take(list(self._readable(raws, stopped)), stopped))
            read |= {raw["stream"]: raw["version"] + raw["count"] - 1 for raw in raws}
        for stream, version in read.items():
            if version < bells[stream] < NEWEST:
                raise ReadLess(f"{stream} below {bells[stream]}")

    def begin_at(self, lasts: Iterable[tuple[str, int]]) -> None:
        """Takes streams of which nothing is known yet for done with, up to these versions."""
        for some in batched(lasts, MOST_AT_ONCE):
            begun = [UpdateOne({"_id": name}, {"$setOnInsert": {"seen": last}}, upsert=True) for name, last in some]
            self.documents.bulk_write(begun, ordered=False)

    def step_back(self) -> None:
        """Lowers the positions that are beyond the log, where that was restored and is shorter than it was."""
        for one in self.documents.find():
            last = event_store.head(one["_id"])
            if last < one["seen"]:
                self.documents.update_one({"_id": one["_id"]}, {"$set": {"seen": last}})

    def _behind(self, bells: Mapping[str, int]) -> dict[str, int]:
        """Returns the positions of the streams that hold more by now."""
        seen = {one["_id"]: one["seen"] for one in self.documents.find({"_id": {"$in": list(bells)}})}
        return {stream: seen.get(stream, 0) for stream, version in bells.items() if seen.get(stream, 0) < version}

    def _readable(self, raws: Iterable[Document], stopped: set[str]) -> Iterator[Commit]:
        """Yields what can be read. A stream stops, alone, at what cannot, and the sweep comes back to it.

        What only newer code knows is left to that: this process could not tell what is to be done with it.
        """
        for raw in raws:
            if raw["stream"] in stopped:
                continue
            try:
                yield event_store.decode(raw)
            except UnknownEvent as unknown:
                logger.info("the %s of %s are left to newer code: %s", self.name, raw["stream"], unknown)
                stopped.add(raw["stream"])
            except Exception:
                logger.exception("the %s of %s stop before version %s", self.name, raw["stream"], raw["version"])
                self.failed()
                stopped.add(raw["stream"])

    def _raise_to(self, reached: Mapping[str, int]) -> None:
        """Notes that the follower is done with these streams up to these versions, unless it was further already."""
        raised = [UpdateOne({"_id": stream}, {"$max": {"seen": last}}, upsert=True) for stream, last in reached.items()]
        if raised:
            self.documents.bulk_write(raised, ordered=False)


def _commits_behind(positions: Mapping[str, int]) -> Iterator[Document]:
    """Returns the commits behind these positions, stream by stream, each in order."""
    clauses = [{"stream": stream, "version": {"$gt": version}} for stream, version in positions.items()]
    return event_store.commits().find({"$or": clauses}).sort(event_store.IN_ORDER)
