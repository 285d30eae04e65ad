"""A worker: answers the bells of its followers, and changes queues with them when pointers move."""

import logging
import os
from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

from celery import bootsteps
from celery.signals import worker_process_init, worker_process_shutdown, worker_ready
from celery.worker.consumer import Consumer, Tasks
from django.conf import settings
from pymongo.errors import PyMongoError

from efi.delivery import broker
from efi.delivery.celery import app
from efi.log import mongo
from efi.operations.monitoring import figures
from efi.reading import followers, generations
from efi.reading.followers import Follower
from efi.reading.projections import READ_MODELS
from efi.runtime import garbage
from efi.runtime.process import die_with_parent, give_way

SETTINGS = {
    "worker_consumer": f"{__name__}:BellConsumer",
    "worker_pool": "prefork",
    "worker_prefetch_multiplier": 1,
    "worker_send_task_events": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "worker_proc_alive_timeout": 30,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_create_missing_queues": False,
}
LANES = frozenset({"urgent", "others", "search", "letters", "reactions"})
"""The lanes that followers of this program may be in, also where none is just now."""
logger = logging.getLogger(__name__)
_chosen: frozenset[str] = frozenset()


def run(names: Iterable[str], concurrency: int) -> None:
    """Answers the bells of the followers named, or of all, until it is told to stop.

    Then it completes what it has begun.
    """
    global _chosen  # noqa: PLW0603 - Celery makes the steps, and hands them nothing of ours
    _chosen = frozenset(names)
    hears = heard()
    if all(one.lane != "urgent" for one in hears):
        give_way()
    app.conf.update(SETTINGS, task_queues=[broker.queue_of(one) for one in hears])
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", f"--loglevel={settings.LOG_LEVEL}")
    node = f"--hostname=efi-{os.getpid()}@%h"
    app.worker_main(["--quiet", "worker", *quiet, f"--concurrency={concurrency}", node])


def heard() -> list[Follower]:
    """Returns the followers that this worker answers for: all, or those chosen by read model, lane or name."""
    return [one for one in followers.followers() if not _chosen or _chosen & names_of(one)]


def names_of(follower: Follower) -> set[str]:
    model = {name for name in READ_MODELS if generations.live(name).name == follower.name}
    return {follower.name, follower.name.partition("_")[0] if not model else "", follower.lane, *model} - {""}


class Following(bootsteps.StartStopStep):  # type: ignore[misc]
    """Reads the pointers every second, and changes queues when they move."""

    requires = (Tasks,)

    def __init__(self, consumer: Consumer, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._stop = Event()

    def start(self, consumer: Consumer) -> None:
        self._stop.clear()
        Thread(target=self._follow, args=[consumer], name="pointers", daemon=True).start()

    def stop(self, consumer: Consumer) -> None:
        self._stop.set()

    def _follow(self, consumer: Consumer) -> None:
        """Compares queues and pointers every second. Only the consumer's own thread may change the queues."""
        while not self._stop.wait(generations.REREAD):
            try:
                wanted = {one.name: one for one in heard()}
            except PyMongoError as error:
                logger.warning("the pointers cannot be read, staying with the queues there are: %s", error)
                continue
            if wanted.keys() != set(app.amqp.queues.consume_from):
                consumer.call_soon(_go_with, consumer, wanted)


def _choose(wanted: Iterable[Follower]) -> None:
    queues = {one.name: broker.queue_of(one) for one in wanted}
    app.amqp.queues.deselect(set(app.amqp.queues.consume_from) - queues.keys())
    for queue in queues.values():
        app.amqp.queues.select_add(queue)


def _go_with(consumer: Consumer, wanted: dict[str, Follower]) -> None:
    hears = set(app.amqp.queues.consume_from)
    for name in wanted.keys() - hears:
        logger.info("hearing %s from now on", name)
        app.amqp.queues.add(broker.queue_of(wanted[name]))
        consumer.add_task_queue(name)
    for name in hears - wanted.keys():
        logger.info("hearing %s no longer", name)
        consumer.cancel_task_queue(name)


class BellConsumer(Consumer):  # type: ignore[misc]
    """Celery's consumer without its step for delayed tasks, which there are none of."""

    def connect(self) -> Any:
        """Chooses the queues anew before it connects: consuming from one that was dropped would create it again."""
        try:
            generations.forget()
            _choose(heard())
        except PyMongoError as error:
            logger.warning("the pointers cannot be read, staying with the queues there were: %s", error)
        return super().connect()

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps = (
            *(step for step in Consumer.Blueprint.default_steps if not str(step).endswith(":DelayedDelivery")),
            Following,
        )


@worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]
def say_so(**_: Any) -> None:
    print("ready", flush=True)


@worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
def of_its_own(**_: Any) -> None:
    """Prepares a child: it ends with its parent, has a connection of its own, and adds its share of the figures."""
    die_with_parent()
    mongo.client.cache_clear()
    generations.forget()
    garbage.collect_seldom()
    stop = figures.start()
    worker_process_shutdown.connect(lambda **_: stop(), weak=False)
