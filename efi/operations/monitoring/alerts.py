"""The rules that call an operator: when each begins to fire, and when it has been quiet for long enough to clear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Gauge
from pymongo import UpdateOne
from pymongo.collection import Collection

from efi.log.mongo import Document, collection
from efi.operations.monitoring import figures
from efi.operations.monitoring.figures import Figures, Values
from efi.runtime import metrics

LASTS = timedelta(seconds=15)
"""How long a rule is broken before it fires: a program that has just started is behind with everything."""
QUIET = timedelta(seconds=30)
"""How long a rule is well before it clears, or it would fire and clear by turns."""
MOST_OWED = 20
"""Notices that wait to be sent; of more, the oldest go."""


@dataclass(frozen=True)
class Rule:
    """A rule fires above one bound and clears at or below a lower one; what nobody could measure does neither."""

    name: str
    title: str
    above: float
    well_at: float
    unit: str
    value: Callable[[Values, datetime], float | None]


def alerts() -> Collection[Document]:
    """Returns the alerts, a document each: whether it fires, since when, and which notices wait to be sent."""
    return collection("alerts")


def _highest(metric: Gauge) -> Callable[[Values, datetime], float | None]:
    return lambda gauges, at: max(Figures({}, gauges).of(metric).values(), default=None)


def _failed_share(gauges: Values, at: datetime) -> float:
    """Returns the failures of the last five minutes in per cent of the commits that folds were given."""
    lately = figures.read(at - figures.LATELY)
    failed, handled = lately.total(metrics.FAILURES), lately.total(metrics.HANDLED)
    return 100 * failed / (failed + handled) if failed else 0.0


def _failed_jobs(gauges: Values, at: datetime) -> float:
    """Returns how often jobs have failed within the last five minutes, in all or on one thing of many."""
    return figures.read(at - figures.LATELY).total(metrics.JOB_FAILURES)


def _heartbeat_age(gauges: Values, at: datetime) -> float:
    return at.timestamp() - max(Figures({}, gauges).of(metrics.HEARTBEAT_AT).values(), default=0.0)


RULES = (
    Rule("lag", "Documents lag behind the log", 30, 15, "s", _highest(metrics.UPDATE_DELAY)),
    Rule("failures", "Folds fail", 0.5, 0.25, "%", _failed_share),
    Rule("drift", "Documents differ from the log", 0, 0, "differences", _highest(metrics.DRIFT)),
    Rule("quarantine", "Streams stand aside", 0, 0, "streams", _highest(metrics.STANDING_ASIDE)),
    Rule("dead_letters", "Messages were given up", 0, 0, "messages", _highest(metrics.DEAD_LETTERS)),
    Rule("jobs", "Jobs by the clock fail", 0, 0, "times", _failed_jobs),
    Rule("heartbeat", "The heartbeat is missing", 30, 15, "s", _heartbeat_age),
)


def evaluate(gauges: Values, at: datetime, channels: tuple[str, ...] = ()) -> None:
    """Judges every rule, and notes a notice for each channel where an alert begins or ends.

    Of any number of processes that judge at once, one notes it.
    """
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
    """Notes since when a condition holds, or that it does not; tells whether it has held since `before`."""
    since = alert.get(mark)
    if holds != (since is not None):
        alerts().update_one({"_id": alert["_id"]}, {"$set": {mark: at if holds else None}})
    return since is not None and holds and since <= before


def _turn(rule: Rule, change: Document, owed: list[Document]) -> None:
    """Begins or ends an alert; of several processes, one finds it as it was."""
    as_it_was = {"_id": rule.name, "firing": not change["firing"]}
    push = {"owed": {"$each": owed, "$slice": -MOST_OWED}}
    alerts().update_one(as_it_was, {"$set": change, "$push": push})


def _notices(state: str, channels: tuple[str, ...], value: float, at: datetime) -> list[Document]:
    return [{"state": state, "channel": channel, "value": value, "at": at} for channel in channels]
