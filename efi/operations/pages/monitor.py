"""The page on which operators see how the program does: now on all machines, and over an hour or a day."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from efi.http.permissions import OPERATE
from efi.log.event_store import now
from efi.operations.monitoring import panels, samples, views
from efi.operations.monitoring.alerts import RULES, alerts
from efi.staff.site import PAGES, Page, framed

STALE = timedelta(seconds=3 * samples.PERIOD)


def monitor(site: Any, request: HttpRequest) -> HttpResponse:
    """Returns the page, or, when the page itself asks again, only the part with the figures."""
    at, span, judged = now(), views.SPANS.get(request.GET.get("span", ""), views.HOUR), _alerts()
    watched_at = max((one["at"] for one in judged if one["at"]), default=None)
    about = {"alerts": judged, "panels": panels.all_of(views.View(at, span)), "span": span, "spans": views.SPANS}
    about |= {"watched_at": watched_at, "unwatched": not watched_at or at - watched_at > STALE}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "efi/monitor_figures.html", about)
    return framed(site, request, "efi/monitor.html", "Monitor", **about)


def _alerts() -> list[dict[str, Any]]:
    kept = {alert["_id"]: alert for alert in alerts().find()}
    none: dict[str, Any] = {"firing": False, "at": None, "value": None, "owed": []}
    return [{"rule": rule, **none, **kept.get(rule.name, {})} for rule in RULES]


PAGES.append(Page(path="operations/monitor", view=monitor, title="Monitor", permission=OPERATE, icon="monitoring"))
