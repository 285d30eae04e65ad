"""Every ten seconds: how everything stands is measured, kept, and judged."""

from datetime import datetime, timedelta

from efi.delivery.schedule import every
from efi.operations.monitoring import alerts, gauges, notifications, samples


@every(timedelta(seconds=samples.PERIOD))
def watch(at: datetime) -> None:
    measured = gauges.measure(at)
    samples.write(at, gauges=measured)
    alerts.evaluate(measured, at, notifications.channels())
    notifications.tell(at)
