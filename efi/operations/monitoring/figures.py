"""What all processes of all machines counted lately, in slots of ten seconds that each process adds its share to."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event, Thread
from urllib.parse import unquote

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.operations.monitoring import processes
from efi.runtime import metrics
from efi.runtime.metrics import QUICK, name_of

PERIOD = timedelta(seconds=10)
LATELY = timedelta(minutes=5)
"""How far back what was counted is looked at."""
STANDS = 3 * PERIOD
"""How long a gauge stands after it was measured."""
KEPT = timedelta(minutes=10)
Labels = tuple[str, ...]
Series = tuple[str, Labels]
"""A metric's name, and the values of its labels; of a histogram, the last is the upper bound of a bucket."""
Values = Mapping[Series, float]


@dataclass(frozen=True)
class Figures:
    """What was counted in the slots since some moment, and the highest value of each gauge in them."""

    counts: Values
    gauges: Values

    def of(self, metric: MetricWrapperBase) -> dict[Labels, float]:
        """Returns the value of each series of a metric."""
        values = self.gauges if isinstance(metric, Gauge) else self.counts
        return {labels: n for (name, labels), n in values.items() if name == name_of(metric)}

    def total(self, metric: Counter) -> float:
        """Returns the sum of all series of a counter."""
        return sum(self.of(metric).values())

    def quantiles(self, metric: Histogram, shares: tuple[float, ...]) -> dict[Labels, list[float]]:
        """Returns how many were observed of each series, and then the values that these shares of them are below."""
        series: dict[Labels, dict[float, float]] = defaultdict(dict)
        for (*labels, bound), n in self.of(metric).items():
            series[tuple(labels)][float(bound)] = n
        return {
            labels: [sum(found.values()), *(quantile(one, found) for one in shares)] for labels, found in series.items()
        }


def quantile(share: float, buckets: Mapping[float, float]) -> float:
    """Estimates a quantile as if the values of a bucket lay evenly between its bounds; past the last, that bound."""
    below, rank = 0.0, share * sum(buckets.values())
    for lower, upper in pairwise((0.0, *QUICK, math.inf)):
        within = buckets.get(upper, 0.0)
        if within and below + within >= rank:
            return lower if math.isinf(upper) else lower + (upper - lower) * (rank - below) / within
        below += within
    return 0.0


def slots() -> Collection[Document]:
    """Returns the slots; a write waits for one machine alone, as a failover costs no more than some seconds of them."""
    return collection("figures").with_options(write_concern=WriteConcern(w=1), read_concern=ReadConcern("local"))


def ensure_indexes() -> None:
    """Makes the index by which slots are found, and after ten minutes removed."""
    slots().create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))


class Share:
    """What this process has counted and not yet added."""

    def __init__(self) -> None:
        self._added = dict(_totals())

    def add(self, at: datetime) -> None:
        """Adds to the slot of this moment. Raises PyMongo's errors; what was counted is then added the next time."""
        totals = dict(_totals())
        # A total that fell is that of a process that was forked meanwhile, and counts from nothing.
        grown = {one: n - added if n >= (added := self._added.get(one, 0.0)) else n for one, n in totals.items()}
        write(at, counts={one: n for one, n in grown.items() if n}, gauges=dict(_breakers()))
        self._added = totals


def write(at: datetime, *, counts: Values | None = None, gauges: Values | None = None) -> None:
    """Adds counts to those of others in the slot of a moment; of a gauge the highest value stands."""
    seconds = int(PERIOD.total_seconds())
    begun = datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo)
    change: Document = {"$inc": {f"counts.{_key(one)}": n for one, n in (counts or {}).items()}}
    change |= {"$max": {f"gauges.{_key(one)}": n for one, n in (gauges or {}).items()}}
    if any(change.values()):
        change = {how: values for how, values in change.items() if values} | {"$setOnInsert": {"at": begun}}
        slots().update_one({"_id": f"{begun:%Y-%m-%dT%H:%M:%S}"}, change, upsert=True)


def read(since: datetime) -> Figures:
    """Returns the figures of all slots from a moment on."""
    counts: dict[Series, float] = defaultdict(float)
    gauges: dict[Series, float] = {}
    for slot in slots().find({"at": {"$gte": since}}):
        for key, n in slot.get("counts", {}).items():
            counts[_series(key)] += n
        for key, n in slot.get("gauges", {}).items():
            gauges[_series(key)] = max(n, gauges.get(_series(key), -math.inf))
    return Figures(counts, gauges)


def start() -> Callable[[], None]:
    """Adds this process's share every ten seconds in a thread; returns what stops it, after a last time."""
    processes.bury()
    share, stopping = Share(), Event()

    def run() -> None:
        while not stopping.wait(PERIOD.total_seconds()):
            _try_to(share)

    Thread(target=run, name="figures", daemon=True).start()

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
    """Yields the totals of all counters, and of each bucket of the histograms by itself."""
    for metric in metrics.declared():
        if isinstance(metric, Histogram):
            yield from _buckets(metric)
        elif isinstance(metric, Counter):
            for found in metric.collect():
                for sample in found.samples:
                    if sample.name.endswith("_total"):
                        yield (found.name, tuple(sample.labels.values())), sample.value


def _breakers() -> Iterator[tuple[Series, float]]:
    """Yields the one gauge that each process has for itself."""
    for sample in next(iter(metrics.BREAKER.collect())).samples:
        yield (sample.name, tuple(sample.labels.values())), sample.value


def _buckets(metric: Histogram) -> Iterator[tuple[Series, float]]:
    """Yields what is in each bucket; Prometheus adds what is in the smaller ones."""
    for found in metric.collect():
        before: dict[Labels, float] = {}
        for sample in found.samples:
            if sample.name.endswith("_bucket"):
                labels = tuple(value for name, value in sample.labels.items() if name != "le")
                yield (found.name, (*labels, sample.labels["le"])), sample.value - before.get(labels, 0.0)
                before[labels] = sample.value


def _key(series: Series) -> str:
    """Writes a series as MongoDB takes it for the name of a field."""
    text = "\n".join((series[0], *series[1]))
    return text.replace("%", "%25").replace(".", "%2E").replace("$", "%24")


def _series(key: str) -> Series:
    name, *labels = unquote(key).split("\n")
    return name, tuple(labels)
