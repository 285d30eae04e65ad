"""Checks the log itself. What is wrong with it is only reported: nobody may change it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from efi.domain.aggregate import AGGREGATES
from efi.domain.errors import UnknownEvent
from efi.log import event_store
from efi.log.event_store import IN_ORDER
from efi.log.mongo import Document
from efi.operations.verification.checks.ranges import RANGE, Looked, Sample, heads
from efi.operations.verification.drift import Difference
from efi.runtime.batches import batched


def streams(sample: Sample | None, looked: Looked) -> Iterator[Difference]:
    """Yields streams of a kind that no aggregate has, and draws the sample of streams."""
    for stream, _ in heads():
        looked(1)
        if sample:
            sample.take(stream)
        if (kind := stream.partition(":")[0]) not in AGGREGATES:
            yield _wrong(stream, f"there is no kind {kind}")


def commits(chosen: Collection[str] | None, looked: Looked) -> Iterator[Difference]:
    """Yields missing or doubled versions, wrong counts, moments out of order, and events that cannot be read."""
    if chosen is None:
        yield from _commits({}, looked)
        return
    for some in batched(chosen, RANGE):
        yield from _commits({"stream": {"$in": some}}, looked)


def _commits(where: Document, looked: Looked) -> Iterator[Difference]:
    raws = event_store.commits().find(where).sort(IN_ORDER)
    for stream, of_stream in groupby(raws, key=lambda raw: str(raw["stream"])):
        so_far = SoFar(stream)
        for raw in of_stream:
            looked(1)
            for said in so_far.wrong_with(raw):
                yield _wrong(stream, said)


@dataclass
class SoFar:
    """A stream that is checked commit by commit."""

    stream: str
    version: int = 0
    recorded_at: datetime | None = None

    def wrong_with(self, raw: Document) -> Iterator[str]:
        version, count = raw["version"], len(raw["events"])
        if version > self.version + 1:
            yield f"versions {self.version + 1} to {version - 1} are missing"
        if version <= self.version:
            yield f"version {version} is there twice"
        if raw["count"] != count or not count:
            yield f"version {version} says that it holds {raw['count']} events, and holds {count}"
        if self.recorded_at and raw["recorded_at"] < self.recorded_at:
            yield f"version {version} was recorded before the one before it"
        yield from _unreadable(raw)
        self.version = max(self.version, version + count - 1)
        self.recorded_at = max(raw["recorded_at"], self.recorded_at or raw["recorded_at"])


def _unreadable(raw: Document) -> Iterator[str]:
    try:
        event_store.decode(raw)
    except UnknownEvent as unknown:
        yield f"version {raw['version']} is known to newer code only: {unknown}"
    except Exception as error:  # noqa: BLE001 - whatever reading raises is told
        yield f"version {raw['version']} cannot be read: {' '.join(str(error).split())[:200]}"


def _wrong(stream: str, said: str) -> Difference:
    return Difference(check="log", what=stream, said=said)
