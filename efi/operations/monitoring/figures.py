"""Figures out of slots: sums, quantiles out of buckets, and how something went over time."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from prometheus_client import Counter, Gauge, Histogram

from efi.operations.monitoring.samples import Labels, Slot
from efi.runtime.metrics import QUICK, name_of

Buckets = Mapping[float, float]
"""How many were at most so large, and larger than the next smaller bound."""


class Tally:
    """Slots taken together: counts added up, of each gauge the highest."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._gauges: dict[str, dict[Labels, float]] = defaultdict(dict)
        for slot in slots:
            for (name, labels), n in slot.counts.items():
                self._counts[name][labels] += n
            for (name, labels), n in slot.gauges.items():
                self._gauges[name][labels] = max(n, self._gauges[name].get(labels, -math.inf))

    def counts(self, metric: Counter | Histogram) -> Mapping[Labels, float]:
        return self._counts.get(name_of(metric), {})

    def gauges(self, metric: Gauge) -> Mapping[Labels, float]:
        return self._gauges.get(name_of(metric), {})

    def count(self, metric: Counter, *labels: str) -> float:
        """Of all series whose labels begin so."""
        return sum(n for found, n in self.counts(metric).items() if found[: len(labels)] == labels)

    def buckets(self, metric: Histogram, label: str) -> Buckets:
        """Of one series, or of all together."""
        found: dict[float, float] = defaultdict(float)
        for (series, bound), n in self.counts(metric).items():
            if label in ("", series):
                found[float(bound)] += n
        return found

    def quantile(self, share: float, metric: Histogram, label: str = "") -> float | None:
        return quantile(share, self.buckets(metric, label))


def quantile(share: float, found: Buckets) -> float | None:
    """As if what is in a bucket lay evenly between its bounds; None of nothing, the last bound of what is past it."""
    below, rank = 0.0, share * sum(found.values())
    for lower, upper in pairwise((0.0, *QUICK, math.inf)):
        within = found.get(upper, 0.0)
        if within and below + within >= rank:
            return lower if math.isinf(upper) else lower + (upper - lower) * (rank - below) / within
        below += within
    return None


def steps(slots: Sequence[Slot], since: datetime, length: timedelta, many: int) -> list[Tally | None]:
    """The tally of each of so many steps; None where nobody has counted."""
    found: list[list[Slot]] = [[] for _ in range(many)]
    for slot in slots:
        place = int((slot.at - since) / length)
        if 0 <= place < many:
            found[place].append(slot)
    return [Tally(step) if step else None for step in found]
