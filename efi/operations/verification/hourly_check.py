"""Verifies a small sample of everything each hour, so that drift is seen before somebody stumbles on it."""

import logging
import time
from datetime import datetime, timedelta

from efi.delivery.schedule import apart, every, stopping
from efi.operations.verification.drift import CannotCheck
from efi.operations.verification.verify import Finding, Order, subjects, verifications, verify
from efi.runtime.metrics import DRIFT

PERIOD, FIRST = timedelta(hours=1), timedelta(minutes=1)
"""The time between two checks, and before the first: a process has enough to do as it starts."""
SAMPLE = 100
BURST = 0.02
"""Seconds of work after which it rests as long, so that requests are answered in between."""
logger = logging.getLogger(__name__)


@every(PERIOD, first=FIRST)
def verify_a_sample(at: datetime) -> None:
    """Verifies each subject that no process has verified within the hour; of the others it sets the gauge alone."""
    for name in subjects():
        last = verifications().find_one({"_id": name})
        if last and last["at"] > at - PERIOD:
            DRIFT.labels(name).set(last["drift"])
        elif not stopping.is_set():
            with apart("verify_a_sample", name):
                _verify(name)


def _verify(name: str) -> None:
    try:
        outcome = verify(name, Order(sample=SAMPLE, tell=_tell, progress=Rests()))
    except CannotCheck as error:
        logger.warning("%s", error)
        return
    for said in outcome.unchecked:
        logger.warning("%s was not wholly verified: %s", name, said)


class Rests:
    """Rests between two bursts of work, unless the process is ending."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, *_: object) -> None:
        if (worked := time.monotonic() - self._began) > BURST:
            stopping.wait(worked)
            self._began = time.monotonic()


def _tell(finding: Finding) -> None:
    logger.error("drift: %s", finding.difference)
