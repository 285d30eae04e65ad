"""`/metrics` for Prometheus: what was counted on this machine, and how everything stands on all."""

import hmac
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pymongo.errors import PyMongoError

from efi.http.cache_control import own
from efi.http.permissions import OPERATE
from efi.http.problems import KINDS, problem
from efi.log.event_store import now
from efi.operations.monitoring import figures, processes
from efi.operations.monitoring.figures import Figures
from efi.runtime import metrics

GAUGES = {metrics.name_of(gauge): gauge for gauge in metrics.declared() if isinstance(gauge, Gauge)}


def scrape(request: HttpRequest) -> HttpResponse:
    """Answers Prometheus, which sends the token of EFI_METRICS_TOKEN, and operators who are signed in."""
    if refusal := _refusal(request):
        return refusal
    registry = CollectorRegistry()
    registry.register(Everything())
    return own(HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST))


def _refusal(request: HttpRequest) -> HttpResponse | None:
    given = request.headers.get("Authorization", "").partition("Bearer ")[2]
    token = settings.EFI_METRICS_TOKEN
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return None
    asking: Any = request.user
    if asking.is_authenticated:
        return None if asking.has_perm(OPERATE) else problem(request, "not-allowed", KINDS["not-allowed"].meaning)
    response = problem(request, "not-signed-in", KINDS["not-signed-in"].meaning)
    response["WWW-Authenticate"] = "Bearer"
    return response


class Everything(Collector):
    """What was counted on this machine, and how everything stands by what any process has written of it lately."""

    def collect(self) -> Iterable[Metric]:
        """Yields every metric with its values."""
        yield from (metric for metric in processes.counted() if metric.name not in GAUGES)
        present = _present()
        for name, gauge in GAUGES.items():
            family = GaugeMetricFamily(name, gauge._documentation, labels=gauge._labelnames)
            for labels, value in present.of(gauge).items():
                family.add_metric(labels, value)
            yield family


def _present() -> Figures:
    """Returns no figures while the store is away, so that an alert on what is absent fires."""
    try:
        return figures.read(now() - figures.STANDS)
    except PyMongoError:
        return Figures({}, {})
