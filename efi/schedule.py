"""What the clock brings about: functions called every so often, in any number of processes, harmless when doubled."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from efi.event_store import now

Job = Callable[[datetime], object]
logger = logging.getLogger(__name__)


@dataclass
class Scheduled:
    """A job and when it is next due, by the monotonic clock."""

    job: Job
    seconds: float
    due: float = 0.0


JOBS: list[Scheduled] = []


def every(period: timedelta) -> Callable[[Job], Job]:
    """Registers a job, which is given the time."""

    def register(job: Job) -> Job:
        JOBS.append(Scheduled(job, period.total_seconds()))
        return job

    return register


def run_due() -> None:
    """A job that fails is logged, and comes again at its time."""
    for scheduled in JOBS:
        if time.monotonic() >= scheduled.due:
            scheduled.due = time.monotonic() + scheduled.seconds
            try:
                scheduled.job(now())
            except Exception:
                logger.exception("%s failed and will be tried again", scheduled.job.__name__)


def start() -> Callable[[], None]:
    """Runs the schedule in a thread of this process; returns what stops it."""
    stop = Event()

    def run() -> None:
        while not stop.wait(1):
            run_due()

    thread = Thread(target=run, name="schedule", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=5)

    return end
