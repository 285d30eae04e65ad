"""The rules that call an operator: when each begins to fire, and when it has been quiet for long enough to clear."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Gauge
from pymongo import UpdateOne
from pymongo.collection import Collection

from efi.log.mongo import Document, collection
from efi.operations.monitoring import samples
from efi.operations.monitoring.figures import Tally
from efi.operations.monitoring.samples import Series
from efi.runtime import metrics
from efi.runtime.metrics import name_of

LASTS = timedelta(seconds=15)
"""A program that starts has everything before it still."""
QUIET = timedelta(seconds=30)
"""It must have been well for this long, or it would fire and clear by turns."""
WINDOW = timedelta(minutes=5)
MOST_OWED = 20
Gauges = Mapping[Series, float]


@dataclass(frozen=True)
class Rule:
    """Fires above one bound and clears at or below a lower one. What nobody could measure does neither."""

    name: str
    title: str
    above: float
    well_at: float
    unit: str
    value: Callable[[Gauges, datetime], float | None]


def alerts() -> Collection[Document]:
    return collection("alerts")


def _highest(metric: Gauge) -> Callable[[Gauges, datetime], float | None]:
    return lambda gauges, at: max(_of(metric, gauges), default=None)


def _of(metric: Gauge, gauges: Gauges) -> Iterator[float]:
    wanted = name_of(metric)
    return (n for (name, _), n in gauges.items() if name == wanted)


def _failed_share(gauges: Gauges, at: datetime) -> float:
    """In per cent of what was handled in the window."""
    lately = Tally(samples.read(at - WINDOW))
    failed, handled = lately.count(metrics.FAILURES), lately.count(metrics.HANDLED)
    return 100 * failed / (failed + handled) if failed else 0.0


def _heartbeat_age(gauges: Gauges, at: datetime) -> float:
    return at.timestamp() - max(_of(metrics.HEARTBEAT_AT, gauges), default=0.0)


RULES = (
    Rule("lag", "Documents lag behind the log", 30, 15, "s", _highest(metrics.UPDATE_DELAY)),
    Rule("failures", "Folds fail", 0.5, 0.25, "%", _failed_share),
    Rule("drift", "Documents differ from the log", 0, 0, "differences", _highest(metrics.DRIFT)),
    Rule("quarantine", "Streams stand aside", 0, 0, "streams", _highest(metrics.QUARANTINED)),
    Rule("dead_letters", "Messages were given up", 0, 0, "messages", _highest(metrics.DEAD_LETTERS)),
    Rule("heartbeat", "The heartbeat is missing", 30, 15, "s", _heartbeat_age),
)


def evaluate(gauges: Gauges, at: datetime, channels: tuple[str, ...] = ()) -> None:
    """Of any number that evaluate at once, one finds that an alert begins or ends, and owes it to the channels."""
    values = {rule.name: rule.value(gauges, at) for rule in RULES}
    _note(values, at)
    kept = {alert["_id"]: alert for alert in alerts().find()}
    for rule in RULES:
        value, alert = values[rule.name], kept[rule.name]
        if value is None:
            continue
        if _has_lasted(alert, "bad_since", value > rule.above, at - LASTS, at) and not alert["firing"]:
            _turn(rule, {"firing": True, "since": at, "cleared": None}, _notices("firing", channels, value, at))
        if _has_lasted(alert, "well_since", value <= rule.well_at, at - QUIET, at) and alert["firing"]:
            _turn(rule, {"firing": False, "cleared": at}, _notices("cleared", channels, value, at))


def _note(values: Mapping[str, float | None], at: datetime) -> None:
    begun: Document = {"firing": False, "since": None, "cleared": None, "owed": [], "lease": None, "told": None}
    changes = {name: {"$set": {"value": value, "at": at}, "$setOnInsert": begun} for name, value in values.items()}
    alerts().bulk_write([UpdateOne({"_id": name}, change, upsert=True) for name, change in changes.items()])


def _has_lasted(alert: Document, mark: str, holds: bool, before: datetime, at: datetime) -> bool:
    """Notes since when it holds, and forgets that once it does not."""
    since = alert.get(mark)
    if holds != (since is not None):
        alerts().update_one({"_id": alert["_id"]}, {"$set": {mark: at if holds else None}})
    return since is not None and holds and since <= before


def _turn(rule: Rule, change: Document, owed: list[Document]) -> None:
    """One of several beats finds it as it was. Of what cannot be told for long, the oldest goes."""
    as_it_was = {"_id": rule.name, "firing": not change["firing"]}
    push = {"owed": {"$each": owed, "$slice": -MOST_OWED}}
    alerts().update_one(as_it_was, {"$set": change, "$push": push})


def _notices(state: str, channels: tuple[str, ...], value: float, at: datetime) -> list[Document]:
    return [{"state": state, "channel": channel, "value": value, "at": at} for channel in channels]
