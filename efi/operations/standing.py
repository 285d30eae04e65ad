"""How everything stands at a moment: what no process counts, but the stores and the broker show."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import Gauge

from efi import event_store, freshness, generations, metrics, relay
from efi.failures import failures
from efi.heartbeat import Heartbeat
from efi.metrics import name_of
from efi.mongo import collection
from efi.operations.samples import Labels, Series

Found = Iterator[tuple[Gauge, Labels, float]]


def measure(at: datetime) -> dict[Series, float]:
    """Every gauge that is one figure for all machines. Raises PyMongo's errors."""
    sources = (_update_delays, _heartbeat, _relays, _queues, _drift, _quarantined)
    return {(name_of(gauge), labels): n for source in sources for gauge, labels, n in source(at)}


def _update_delays(at: datetime) -> Found:
    for generation in generations.of_this_process():
        fresh = freshness.of([generation.name])
        yield metrics.UPDATE_DELAY, (generation.model.name,), max(0.0, (at - fresh.as_of).total_seconds())


def _heartbeat(at: datetime) -> Found:
    """Looked for in yesterday's stream too: a day begins without one."""
    for day in (at, at - timedelta(days=1)):
        last = event_store.commits().find_one(
            {"stream": f"{Heartbeat.kind}:{day.date()}"}, {"recorded_at": 1}, sort=[("version", -1)]
        )
        if last:
            yield metrics.HEARTBEAT_AT, (), last["recorded_at"].timestamp()
            return


def _relays(at: datetime) -> Found:
    for name, urgent in (("urgent", True), ("others", False)):
        kept = relay.tokens().find_one({"_id": relay.Relay(urgent=urgent).token})
        if kept:
            yield metrics.RELAY_BEHIND, (name,), max(0.0, at.timestamp() - kept["at"].time)


def _queues(at: datetime) -> Found:
    yield metrics.DEAD_LETTERS, (), 0


def _drift(at: datetime) -> Found:
    for found in collection("verifications").find({}, {"differences": 1}):
        yield metrics.DRIFT, (found["_id"],), found["differences"]


def _quarantined(at: datetime) -> Found:
    """By the live generations alone: what stood aside in one that was replaced stands aside no more."""
    live = {generation.name: generation.model.name for generation in generations.of_this_process()}
    aside = Counter(
        live[one["generation"]] for one in failures().find({"quarantined": True, "generation": {"$in": [*live]}})
    )
    yield from ((metrics.QUARANTINED, (name,), aside[name]) for name in live.values())
