"""`/metrics`: the figures of every process on this machine, and of all machines how everything stands."""

import hmac
from collections.abc import Iterable
from datetime import timedelta
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
from efi.operations.monitoring import processes, samples
from efi.operations.monitoring.figures import Tally
from efi.runtime import metrics

RECENT = timedelta(seconds=3 * samples.PERIOD)
STANDING = {metrics.name_of(gauge): gauge for gauge in metrics.declared() if isinstance(gauge, Gauge)}


def scrape(request: HttpRequest) -> HttpResponse:
    """For Prometheus, which sends the token of EFI_METRICS_TOKEN, and for operators who are signed in."""
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
    """What was counted here, and how everything stands by what processes have written of it lately."""

    def collect(self) -> Iterable[Metric]:
        yield from (metric for metric in processes.counted() if metric.name not in STANDING)
        present = _present()
        for name, gauge in STANDING.items():
            family = GaugeMetricFamily(name, gauge._documentation, labels=gauge._labelnames)
            for labels, value in present.gauges(gauge).items():
                family.add_metric(labels, value)
            yield family


def _present() -> Tally:
    """Nothing while the store is away, so that an alert on what is absent fires."""
    try:
        return Tally(samples.read(now() - RECENT))
    except PyMongoError:
        return Tally(())
