"""RabbitMQ, which carries bells to the workers: one exchange, and a quorum queue for each follower."""

import logging
from collections.abc import Mapping
from threading import local
from typing import Any

from amqp.exceptions import AMQPError
from django.conf import settings
from kombu import Connection, Exchange, Producer, Queue, binding
from kombu.exceptions import KombuError

from efi.delivery.celery import app
from efi.reading import progress
from efi.reading.followers import Follower, Outage, followers

MOST_DELIVERIES = 5
CONFIRMED_IN = 5.0
"""Seconds that RabbitMQ is given to say that a bell is safe."""
BELLS = Exchange("efi.bells", type="topic", durable=True)
DEAD = Exchange("efi.dead", type="fanout", durable=True)
QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
FAILURES = (AMQPError, KombuError, OSError)
logger = logging.getLogger(__name__)
_here = local()


def there_is() -> bool:
    return bool(settings.BROKER_URL)


def queue_of(follower: Follower) -> Queue:
    """Bound to the kinds that it hears. What was delivered in vain too often goes to the dead letters."""
    heard = progress.routes(follower.kinds, follower.lane)
    limits = {"x-delivery-limit": MOST_DELIVERIES, "x-dead-letter-exchange": DEAD.name}
    bindings = [binding(BELLS, routing_key=route) for route in heard]
    return Queue(follower.name, bindings=bindings, queue_arguments=QUORUM | limits, durable=True)


def dead_letters() -> Queue:
    return Queue(DEAD.name, DEAD, durable=True, queue_arguments=QUORUM)


def declare(*wanted: Follower) -> None:
    """Makes the queues of these, or finds them there; from then on they hear every bell."""
    if there_is():
        with connected() as connection:
            for queue in (dead_letters(), *map(queue_of, wanted)):
                queue(connection.default_channel).declare()


def drop(name: str) -> None:
    if there_is():
        with connected() as connection:
            connection.default_channel.queue_delete(name)


def depths() -> dict[str, int]:
    """How many bells wait in the queue of each follower, and how many have died; empty where there is no broker."""
    if not there_is():
        return {}
    with connected() as connection:
        return {name: _depth(connection, name) for name in (DEAD.name, *(one.name for one in followers()))}


def connected() -> Connection:
    """A new connection, to be used in a `with`; raises kombu's `OperationalError` where nobody answers in time."""
    return app.connection_for_write(connect_timeout=3, transport_options={"confirm_publish": True})


def publish(task: Any, route: str, told: Mapping[str, object]) -> None:
    """Returns once the bell is safe in every queue bound to its route; raises `Outage`.

    Where there is none, but should be, they are made and it is rung again.
    """
    if not _published(task, route, told):
        deaf = [one for one in followers() if route in progress.routes(one.kinds, one.lane)]
        if deaf:
            logger.warning("no queue was there for %s, making those of %s", route, ", ".join(one.name for one in deaf))
            declare(*deaf)
            _published(task, route, told)


def _published(task: Any, route: str, told: Mapping[str, object]) -> bool:
    """False: no queue was there to take it."""
    try:
        producer = _producer()
        producer.returned.clear()
        options = {"exchange": BELLS.name, "routing_key": route, "mandatory": True, "retry": False}
        kept = {"delivery_mode": "persistent", "confirm_timeout": CONFIRMED_IN}
        task.apply_async(kwargs=told, producer=producer, **options, **kept)
    except BaseException as error:
        # Whatever it was, this channel cannot be trusted any more: a late confirmation would be taken for another's.
        hang_up()
        if isinstance(error, FAILURES):
            # As a URI it keeps the password to itself.
            raise Outage(f"RabbitMQ took no bell at {app.connection_for_write().as_uri()}: {error!r}") from error
        raise
    return not producer.returned


class _Noting(Producer):  # type: ignore[misc] # kombu has no types
    """Notes what came back because no queue was there to take it."""

    def __init__(self, channel: Any) -> None:
        self.returned: list[object] = []
        super().__init__(channel, on_return=lambda *what: self.returned.append(what))


def _producer() -> _Noting:
    """One for each thread, over a connection of its own."""
    if getattr(_here, "producer", None) is None:
        _here.connection = connected()
        _here.connection.ensure_connection(max_retries=1)
        BELLS(_here.connection.default_channel).declare()
        _here.producer = _Noting(_here.connection.default_channel)
    producer: _Noting = _here.producer
    return producer


def hang_up() -> None:
    """The next bell takes a new connection."""
    connection, _here.producer, _here.connection = getattr(_here, "connection", None), None, None
    if connection is not None:
        connection.collect()


def _depth(connection: Connection, name: str) -> int:
    """Over a channel of its own, which RabbitMQ closes where there is no such queue."""
    try:
        with connection.channel() as channel:
            depth: int = channel.queue_declare(name, passive=True).message_count
    except connection.channel_errors:
        return 0
    return depth
