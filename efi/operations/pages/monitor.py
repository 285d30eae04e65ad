"""The page of present figures, for operators who have no Prometheus."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from efi.http.permissions import OPERATE
from efi.log.event_store import now
from efi.operations.monitoring import figures
from efi.operations.monitoring.alerts import RULES, alerts
from efi.operations.monitoring.figures import Figures
from efi.runtime import metrics
from efi.staff.site import PAGES, Page, framed

MOST_ROWS = 40
"""Of each metric."""
QUANTILES = (0.5, 0.95, 0.99)
TABLES: tuple[tuple[str, type[MetricWrapperBase], tuple[str, ...]], ...] = (
    ("How everything stands", Gauge, ("now",)),
    ("How long it took", Histogram, ("how many", "p50", "p95", "p99")),
    ("What was counted", Counter, ("how many",)),
)


def monitor(site: Any, request: HttpRequest) -> HttpResponse:
    """Returns the page, or, when the page itself asks again, only the part with the figures."""
    at, judged = now(), _alerts()
    watched_at = max((one["at"] for one in judged if one["at"]), default=None)
    about = {"alerts": judged, "tables": list(_tables(at)), "watched_at": watched_at}
    about |= {"unwatched": not watched_at or at - watched_at > figures.STANDS}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "efi/monitor_figures.html", about)
    return framed(site, request, "efi/monitor.html", "Monitor", **about)


def _alerts() -> list[dict[str, Any]]:
    kept = {alert["_id"]: alert for alert in alerts().find()}
    none: dict[str, Any] = {"firing": False, "at": None, "value": None, "owed": []}
    return [{"rule": rule, **none, **kept.get(rule.name, {})} for rule in RULES]


def _tables(at: datetime) -> Iterator[dict[str, Any]]:
    """Yields a table for each kind of metric, with every metric of the kind that the program declares."""
    lately, present = figures.read(at - figures.LATELY), figures.read(at - figures.STANDS)
    for title, kind, columns in TABLES:
        found = present if kind is Gauge else lately
        shown = (one for one in metrics.declared() if isinstance(one, kind))
        groups = [{"title": one._documentation, "rows": _rows(one, found, at)} for one in shown]
        yield {"title": title, "columns": columns, "groups": groups}


def _rows(metric: MetricWrapperBase, found: Figures, at: datetime) -> list[tuple[str, list[str]]]:
    """Returns the labels and cells of a metric's series, the largest first."""
    values = {labels: [n] for labels, n in found.of(metric).items()}
    if isinstance(metric, Histogram):
        values = found.quantiles(metric, QUANTILES)
    most = sorted(values.items(), key=lambda one: (-one[1][0], one[0]))[:MOST_ROWS]
    return [(", ".join(labels), _cells(metric, numbers, at)) for labels, numbers in most]


def _cells(metric: MetricWrapperBase, numbers: list[float], at: datetime) -> list[str]:
    """Writes out the numbers of a series; a moment by how long ago it was."""
    first, *took = numbers
    name = metrics.name_of(metric)
    if isinstance(metric, Gauge) and name.endswith("_timestamp_seconds"):
        return [f"{seconds(at.timestamp() - first)} ago"]
    if isinstance(metric, Gauge) and name.endswith("_seconds"):
        return [seconds(first)]
    return [f"{first:,.0f}", *map(seconds, took)]


def seconds(value: float) -> str:
    """Writes out a duration as people say it: 4.2 ms, 1.5 s, 3 min."""
    if value < 1:
        return f"{1000 * value:.{0 if value >= 0.1 else 1}f} ms"
    return f"{value:.1f} s" if value < 120 else f"{value / 60:.0f} min"


PAGES.append(Page(path="operations/monitor", view=monitor, title="Monitor", permission=OPERATE, icon="monitoring"))
