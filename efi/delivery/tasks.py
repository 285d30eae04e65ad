"""The one task: to answer a bell that a broker has carried."""

import logging
import time
from datetime import datetime
from operator import index
from threading import Event
from typing import Any

from celery.exceptions import Reject
from celery.worker.request import Request

from efi.delivery import broker
from efi.delivery.celery import app
from efi.reading import followers, progress
from efi.reading.followers import Unknown

PAUSE = 0.03
"""Seconds before a bell that could not be answered is given back; each time twice as long, as most faults pass."""
logger = logging.getLogger(__name__)


class Heard(Request):  # type: ignore[misc] # Celery has no types
    """A bell out of a follower's queue. The consumer's tag begins with the name of its queue."""

    def __init__(self, message: Any, **rest: Any) -> None:
        super().__init__(message, **rest)
        self._request_dict["follower"] = message.delivery_info["consumer_tag"].partition(" ")[0]


@app.task(
    name="efi.tasks.catch_up",  # on RabbitMQ, wherever this module stands: bells outlive a release
    bind=True,
    Request=f"{__name__}:Heard",
    ignore_result=True,
    acks_late=True,
    acks_on_failure_or_timeout=False,
    reject_on_worker_lost=True,
)  # type: ignore[untyped-decorator]
def catch_up(task: Any, bells: dict[str, int], sent: tuple[str, str]) -> None:
    """Answers a bell. `bells` holds the version that each stream has reached.

    `sent`: the name under which they are known to be under way, and up to when they tell all.
    """
    answer(task.request.follower, bells, *sent, given_back=task.request.get("x-delivery-count", 0))


def answer(name: str, bells: dict[str, int], entry: str, until: str, *, given_back: int = 0) -> None:
    """Answers a bell, waiting while a store is away; after some deliveries that fail it is dead."""

    def work() -> None:
        # What comes from outside may be no version, and must not be taken for a fold that fails.
        followers.answer(name, {stream: index(version) for stream, version in bells.items()})
        progress.arrived(name, entry, datetime.fromisoformat(until))

    try:
        followers.patiently(work, Event())
    except Unknown:
        logger.info("a bell for %s is for nobody here", name)
    except Exception as error:
        logger.exception("%s could not answer a bell", name)
        if given_back < broker.MOST_DELIVERIES:
            time.sleep(PAUSE * 2**given_back)
        raise Reject(error, requeue=True) from error
