"""RabbitMQ, which carries bells to the workers: one exchange, and a quorum queue for each follower."""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from kombu import Connection, Exchange, Producer, Queue, binding

from efi.delivery import publishing
from efi.delivery.publishing import PERSISTENT, connected
from efi.reading import progress
from efi.reading.followers import Follower, followers

MOST_DELIVERIES = 5
BELLS = Exchange("efi.bells", type="topic", durable=True)
DEAD = Exchange("efi.dead", type="fanout", durable=True)
QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
logger = logging.getLogger(__name__)


def there_is() -> bool:
    """Tells whether bells go through RabbitMQ."""
    return bool(settings.BROKER_URL)


def queue_of(follower: Follower) -> Queue:
    """Returns a follower's queue, bound to the kinds of streams that it hears.

    A bell that was delivered `MOST_DELIVERIES` times in vain goes to the dead letters.
    """
    heard = progress.routes(follower.kinds, follower.lane)
    limits = {"x-delivery-limit": MOST_DELIVERIES, "x-dead-letter-exchange": DEAD.name}
    bindings = [binding(BELLS, routing_key=route) for route in heard]
    return Queue(follower.name, bindings=bindings, queue_arguments=QUORUM | limits, durable=True)


def dead_letters() -> Queue:
    """Returns the queue of bells that were given up."""
    return Queue(DEAD.name, DEAD, durable=True, queue_arguments=QUORUM)


def declare(*wanted: Follower) -> None:
    """Makes the queues of followers, or finds them there; from then on they hear every bell."""
    if there_is():
        with connected() as connection:
            for queue in (dead_letters(), *map(queue_of, wanted)):
                queue(connection.default_channel).declare()


def drop(name: str) -> None:
    """Removes a queue with all that waits in it."""
    if there_is():
        with connected() as connection:
            connection.default_channel.queue_delete(name)


def depths() -> dict[str, int]:
    """Counts the bells that wait in the queue of each follower, and those that were given up; empty without a broker.

    Raises kombu's `OperationalError` or an `OSError` where nobody answers in time.
    """
    if not there_is():
        return {}
    with connected() as connection:
        return {name: _depth(connection, name) for name in (DEAD.name, *(one.name for one in followers()))}


def publish(task: Any, route: str, told: Mapping[str, object]) -> None:
    """Returns once the bell is safe in every queue that is bound to its route; raises `Outage`.

    Where no queue is bound, but some should be, they are made and the bell is rung again.
    """
    if not _published(task, route, told):
        deaf = [one for one in followers() if route in progress.routes(one.kinds, one.lane)]
        if deaf:
            logger.warning("no queue was there for %s, making those of %s", route, ", ".join(one.name for one in deaf))
            declare(*deaf)
            _published(task, route, told)


def _published(task: Any, route: str, told: Mapping[str, object]) -> bool:
    """Rings once; returns False if no queue was there to take the bell."""

    def send(producer: Producer) -> None:
        # Not as `declare=`: tracing would stumble over it, and the worker's span would be lost from the trace.
        producer.maybe_declare(BELLS)
        goes = {"exchange": BELLS.name, "routing_key": route, "mandatory": True, "retry": False}
        task.apply_async(kwargs=told, producer=producer, delivery_mode=PERSISTENT, **goes)

    return not publishing.publish([send])


def _depth(connection: Connection, name: str) -> int:
    """Counts over a channel of its own, which RabbitMQ closes where there is no such queue."""
    try:
        with connection.channel() as channel:
            depth: int = channel.queue_declare(name, passive=True).message_count
    except connection.channel_errors:
        return 0
    return depth
