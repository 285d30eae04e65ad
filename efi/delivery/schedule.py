"""Jobs by the clock: functions called every so often, in any number of processes, harmless when doubled."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from pymongo.errors import PyMongoError

from efi.domain.errors import Unavailable
from efi.log.event_store import now
from efi.runtime import threads
from efi.runtime.metrics import JOB_FAILURES

Job = Callable[[datetime], object]
IMMEDIATELY = timedelta(0)
logger = logging.getLogger(__name__)


@dataclass
class Scheduled:
    """A job and when it is next due, by the monotonic clock."""

    job: Job
    seconds: float
    due: float


JOBS: list[Scheduled] = []
stopping = Event()
"""Set while this process ends: a job that takes long looks at it."""


def every(period: timedelta, *, first: timedelta = IMMEDIATELY) -> Callable[[Job], Job]:
    """Registers a job, which is given the time. `first`: how long after that it comes for the first time."""

    def register(job: Job) -> Job:
        JOBS.append(Scheduled(job, period.total_seconds(), time.monotonic() + first.total_seconds()))
        return job

    return register


def run_due(scheduled: Scheduled) -> None:
    """Runs a job if it is due; one that fails is logged and counted, and comes again at its time."""
    if time.monotonic() >= scheduled.due:
        scheduled.due = time.monotonic() + scheduled.seconds
        try:
            scheduled.job(now())
        except (PyMongoError, Unavailable):
            # The store's fault and not the job's: that it is away is told elsewhere.
            logger.exception("%s failed and will be tried again", scheduled.job.__name__)
        except Exception:
            logger.exception("%s failed and will be tried again", scheduled.job.__name__)
            JOB_FAILURES.labels(scheduled.job.__name__).inc()


@contextmanager
def apart(job: str, thing: str) -> Iterator[None]:
    """Keeps one thing that a job fails on from stopping it: it is logged and counted, and the job goes on.

    Raises PyMongo's errors and `Unavailable`, as the store's being away is about all of them.
    """
    try:
        yield
    except (PyMongoError, Unavailable):
        raise
    except Exception:
        logger.exception("%s failed on %s and goes on with the others", job, thing)
        JOB_FAILURES.labels(job).inc()


def start() -> Callable[[], None]:
    """Runs each job in a thread of its own, so that none waits for another; returns what stops them."""
    stopping.clear()

    def run(scheduled: Scheduled) -> None:
        while not stopping.wait(min(scheduled.seconds, 1)):
            run_due(scheduled)

    return threads.start(((one.job.__name__, partial(run, one)) for one in JOBS), stopping)
