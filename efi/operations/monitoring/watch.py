"""The look at everything that beat takes every ten seconds: measured, kept, judged, told."""

from datetime import datetime

from efi.delivery.schedule import every
from efi.operations.monitoring import alerts, figures, gauges, notifications


@every(figures.PERIOD)
def watch(at: datetime) -> None:
    """Measures how everything stands, notes it for pages and Prometheus, and sends what alerts begin or end."""
    measured = gauges.measure(at)
    figures.write(at, gauges=measured)
    alerts.evaluate(measured, at, notifications.channels())
    notifications.send(at)
