"""What all processes of all machines have counted, in slots of time that each adds its share to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote

from prometheus_client import Counter, Histogram
from pymongo import UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.operations.monitoring import processes
from efi.runtime import metrics

PERIOD = 10
COARSE = 600
"""Seconds of a slot. The coarse ones spare a look at a day the reading of thousands."""
KEPT = timedelta(hours=24)
Labels = tuple[str, ...]
Series = tuple[str, Labels]
"""A metric's name, and the values of its labels; of a histogram, the last is the bucket."""


@dataclass
class Slot:
    """What was counted in a span of time, and the highest that each gauge stood at."""

    at: datetime
    counts: dict[Series, float] = field(default_factory=dict)
    gauges: dict[Series, float] = field(default_factory=dict)


def samples() -> Collection[Document]:
    """Not waited for, and read as it comes: what a failover takes of it is ten seconds of figures."""
    return collection("samples").with_options(write_concern=WriteConcern(w=1), read_concern=ReadConcern("local"))


def ensure_indexes() -> None:
    samples().create_index("at", expireAfterSeconds=int(KEPT.total_seconds()), name="forgotten")
    samples().create_index([("seconds", 1), ("at", 1)], name="seconds_at")


class Share:
    """What this process has counted and not yet added."""

    def __init__(self) -> None:
        self._told = dict(_totals())

    def add(self, at: datetime) -> None:
        """To the slots of this moment. Raises PyMongo's errors; what was counted is then added the next time."""
        totals = dict(_totals())
        # A total that fell is that of a process that was forked meanwhile, and counts from nothing.
        grown = {one: n - told if n >= (told := self._told.get(one, 0.0)) else n for one, n in totals.items()}
        write(at, counts={one: n for one, n in grown.items() if n}, gauges=dict(_breakers()))
        self._told = totals


def write(
    at: datetime, counts: Mapping[Series, float] | None = None, gauges: Mapping[Series, float] | None = None
) -> None:
    """Adds counts to what others have counted; of a gauge the highest stands."""
    change: Document = {"$inc": {f"counts.{_key(one)}": n for one, n in (counts or {}).items()}}
    change |= {"$max": {f"gauges.{_key(one)}": n for one, n in (gauges or {}).items()}}
    if wanted := {step: fields for step, fields in change.items() if fields}:
        samples().bulk_write([_to_slot(seconds, at, wanted) for seconds in (PERIOD, COARSE)], ordered=False)


def read(since: datetime, seconds: int = PERIOD) -> list[Slot]:
    """The slots of this size from `since` on, in order."""
    found = samples().find({"seconds": seconds, "at": {"$gte": since}}).sort("at", 1)
    return [Slot(raw["at"], _series(raw.get("counts", {})), _series(raw.get("gauges", {}))) for raw in found]


def start() -> Callable[[], None]:
    """Adds this process's share every ten seconds in a thread; returns what stops it, after a last time."""
    processes.bury()
    share, stopping = Share(), Event()

    def run() -> None:
        while not stopping.wait(PERIOD):
            _try_to(share)

    Thread(target=run, name="samples", daemon=True).start()

    def stop() -> None:
        stopping.set()
        _try_to(share)

    return stop


def _try_to(share: Share) -> None:
    try:
        share.add(now())
    except PyMongoError:
        # Added the next time; whoever waits for the store says already that it is away.
        return


def _totals() -> Iterator[tuple[Series, float]]:
    """Of all counters, and of each bucket of the histograms apart."""
    for metric in metrics.declared():
        if isinstance(metric, Histogram):
            yield from _buckets(metric)
        elif isinstance(metric, Counter):
            for found in metric.collect():
                for sample in found.samples:
                    if sample.name.endswith("_total"):
                        yield (found.name, tuple(sample.labels.values())), sample.value


def _breakers() -> Iterator[tuple[Series, float]]:
    """Each process has its own; of all of them the highest is told."""
    for sample in next(iter(metrics.BREAKER.collect())).samples:
        yield (sample.name, tuple(sample.labels.values())), sample.value


def _buckets(metric: Histogram) -> Iterator[tuple[Series, float]]:
    """Prometheus tells of each bucket what is in the smaller ones too."""
    for found in metric.collect():
        before: dict[Labels, float] = {}
        for sample in found.samples:
            if sample.name.endswith("_bucket"):
                labels = tuple(value for name, value in sample.labels.items() if name != "le")
                yield (found.name, (*labels, sample.labels["le"])), sample.value - before.get(labels, 0.0)
                before[labels] = sample.value


def _to_slot(seconds: int, at: datetime, change: Document) -> UpdateOne:
    begun = datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo)
    about = {"seconds": seconds, "at": begun}
    return UpdateOne({"_id": f"{seconds} {begun:%Y-%m-%dT%H:%M:%S}"}, {**change, "$setOnInsert": about}, upsert=True)


def _key(series: Series) -> str:
    """As MongoDB takes it for the name of a field."""
    text = "\n".join((series[0], *series[1]))
    return text.replace("%", "%25").replace(".", "%2E").replace("$", "%24")


def _series(stored: Mapping[str, Any]) -> dict[Series, float]:
    split = ((unquote(key).split("\n"), n) for key, n in stored.items())
    return {(name, tuple(labels)): n for (name, *labels), n in split}
