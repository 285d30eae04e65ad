"""The metrics that the program keeps of itself, for Prometheus, the monitor page and the alerts."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.metrics import MetricWrapperBase

from efi.runtime.reserved import Reserved

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
"""The folder in which the processes of a machine share their metrics; without one a process keeps its own in memory."""
HOST = socket.gethostname()

if FOLDER:
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    values.MmapedDict = Reserved  # type: ignore[attr-defined]
    # Containers may share the folder, and each has a process 1.
    values.ValueClass = values.MultiProcessValue(lambda: f"{HOST}-{os.getpid()}")  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def _counter(name: str, says: str, *labels: str) -> Counter:
    return Counter(f"efi_{name}", says, labels, registry=REGISTRY)


def _seconds(name: str, says: str, *labels: str) -> Histogram:
    return Histogram(f"efi_{name}_seconds", says, labels, registry=REGISTRY, buckets=QUICK)


def _gauge(name: str, says: str, *labels: str) -> Gauge:
    return Gauge(f"efi_{name}", says, labels, registry=REGISTRY, multiprocess_mode="livemostrecent")


DELAY = _seconds("delay", "From an event's record in the log to the document that shows it", "read_model")
HANDLED = _counter("handled", "Commits that a read model was brought up to date with", "read_model")
FAILURES = _counter("failures", "Times that a read model's fold failed on a commit", "read_model")
BELLS = _counter("bells", "Bells by what became of them", "follower", "outcome")
LETTERS = _counter("letters", "Events told to the outside, by what became of them", "outcome")
REACTED = _counter("reactions", "Commands that follow from events, by what became of them", "reaction", "outcome")

JOB_FAILURES = _counter("job_failures", "Times that a job by the clock failed, in all or on one thing of many", "job")

COMMANDS = _counter("commands", "Commands by how they ended", "name", "outcome")
COMMAND_SECONDS = _seconds("command", "From a command to its receipt or refusal", "name")
REQUESTS = _counter("requests", "HTTP requests", "route", "method", "status")
REQUEST_SECONDS = _seconds("request", "From an HTTP request to its answer", "route")
CACHE_READS = _counter("cache_reads", "Reads that the cache was asked for: hit, miss, or past it", "kind", "outcome")
SEARCHES = _counter("searches", "Searches by the engine that answered", "engine", "outcome")

BREAKER = Gauge(
    "efi_breaker_open",
    "Whether an engine is left alone for a while, as it did not answer",
    ("engine",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
UPDATE_DELAY = _gauge("update_delay_seconds", "Since the moment up to which a follower is complete", "follower")
HEARTBEAT_AT = _gauge("heartbeat_timestamp_seconds", "When the newest heartbeat was recorded, in Unix time")
RELAY_BEHIND = _gauge("relay_behind_seconds", "Since the place in the log up to which a relay has rung", "relay")
QUEUE_DEPTH = _gauge("queue_depth", "Messages that wait in a queue", "queue")
DEAD_LETTERS = _gauge("dead_letters", "Messages that were given up")
DRIFT = _gauge("drift", "Differences between a read model and the log, as verify last found", "read_model")
STANDING_ASIDE = _gauge("quarantined", "Streams that stand aside in a read model", "read_model")


def observe_delay(read_model: str, recorded_at: datetime) -> None:
    """Notes how long it took from `recorded_at`, when an event was recorded, until its document was written now."""
    DELAY.labels(read_model).observe(max(0.0, (datetime.now(UTC) - recorded_at).total_seconds()))


def declared() -> Iterator[MetricWrapperBase]:
    """Returns every metric of this module."""
    return (metric for metric in globals().values() if isinstance(metric, MetricWrapperBase))


def name_of(metric: MetricWrapperBase) -> str:
    """Returns the name that Prometheus knows a metric by, without the `_total` of a counter."""
    return str(next(iter(metric.describe())).name)
