"""How everything stands at a moment: what no process counts, but the stores and the broker show."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from kombu.exceptions import OperationalError
from prometheus_client import Gauge

from efi.delivery import broker, relay
from efi.delivery.heartbeat import Heartbeat
from efi.log import event_store
from efi.log.mongo import collection
from efi.operations.monitoring.figures import Labels, Series
from efi.reading import followers, freshness, generations
from efi.reading.failures import failures
from efi.reading.generation_names import undrawn
from efi.runtime import metrics
from efi.runtime.metrics import name_of

Found = Iterator[tuple[Gauge, Labels, float]]
logger = logging.getLogger(__name__)


def measure(at: datetime) -> dict[Series, float]:
    """Returns every gauge that has one value for all machines; raises PyMongo's errors.

    The queues of a broker that is away are left out.
    """
    sources = (_update_delays, _heartbeat, _relays, _queues, _drift, _standing_aside)
    return {(name_of(gauge), labels): n for source in sources for gauge, labels, n in source(at)}


def _update_delays(at: datetime) -> Found:
    begun = set(freshness.entries().distinct("_id"))
    for one in followers.followers():
        if one.name in begun:
            behind = at - freshness.read([one.name]).as_of
            yield metrics.UPDATE_DELAY, (undrawn(one.name),), max(0.0, behind.total_seconds())


def _heartbeat(at: datetime) -> Found:
    """Yields when the newest heartbeat was; yesterday's stream is looked at too, as a day begins without one.

    One that came while the clock was ahead counts for as old as it lies ahead, or it would hide that no more comes.
    """
    for day in (at, at - timedelta(days=1)):
        stream = f"{Heartbeat.kind}:{day.date()}"
        if last := event_store.commits().find_one({"stream": stream}, {"occurred_at": 1}, sort=[("version", -1)]):
            yield metrics.HEARTBEAT_AT, (), (at - abs(at - last["occurred_at"])).timestamp()
            return


def _relays(at: datetime) -> Found:
    """Yields how far each relay is behind; it notes where it is whenever it has rung, and every five seconds."""
    for lane in followers.lanes():
        if kept := relay.tokens().find_one({"_id": relay.Relay(lane=lane).token}):
            yield metrics.RELAY_BEHIND, (lane,), max(0.0, at.timestamp() - kept["at"].time)


def _queues(at: datetime) -> Found:
    try:
        depths = broker.depths()
    except (OSError, OperationalError) as error:
        logger.warning("the queues cannot be looked at: %r", error)
        return
    yield metrics.DEAD_LETTERS, (), depths.pop(broker.DEAD.name, 0)
    yield from ((metrics.QUEUE_DEPTH, (undrawn(name),), waiting) for name, waiting in depths.items())


def _drift(at: datetime) -> Found:
    for found in collection("verifications").find({}, {"drift": 1}):
        yield metrics.DRIFT, (found["_id"],), found["drift"]


def _standing_aside(at: datetime) -> Found:
    """Yields how many streams stand aside, by the live generations alone: what was replaced counts no more."""
    live = {generation.name: generation.model.name for generation in generations.of_this_process()}
    notes = failures().find({"quarantined": True, "generation": {"$in": [*live]}}, {"generation": 1})
    aside = Counter(live[noted["generation"]] for noted in notes)
    yield from ((metrics.STANDING_ASIDE, (name,), aside[name]) for name in live.values())
