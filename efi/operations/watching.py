"""Every ten seconds: how everything stands is measured, kept, and judged."""

from datetime import datetime, timedelta

from efi.operations import alerts, samples, standing, telling
from efi.schedule import every


@every(timedelta(seconds=samples.PERIOD))
def watch(at: datetime) -> None:
    gauges = standing.measure(at)
    samples.write(at, gauges=gauges)
    alerts.evaluate(gauges, at, telling.channels())
    telling.tell(at)
