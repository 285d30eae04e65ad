"""Messages given to RabbitMQ: one connection for each thread, on which every message is confirmed."""

import threading
from collections.abc import Callable, Iterable

from amqp.exceptions import AMQPError
from django.conf import settings
from kombu import Connection, Producer
from kombu.exceptions import KombuError

from efi.reading.followers import Outage

TIMEOUT = 5.0
"""Seconds in which RabbitMQ is to connect, and to confirm the next message: one short of memory or disk takes none."""
PERSISTENT = 2
"""The delivery mode of messages that outlive a restart of RabbitMQ."""
FAILURES = (AMQPError, KombuError, OSError)
Send = Callable[[Producer], object]
"""Publishes exactly one message by the producer that it is given."""
_idle = threading.local()


def connected() -> Connection:
    """Makes a connection, to be used in a `with`; raises one of `FAILURES` once it is used and nobody answers."""
    return Connection(settings.BROKER_URL, connect_timeout=TIMEOUT)


class Publisher:
    """A connection of one thread, and what RabbitMQ has not confirmed on it yet."""

    def __init__(self) -> None:
        self._connection = connected()
        channel = self._connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._taken)
        channel.events["basic_nack"].add(self._turned_down)
        self._producer = Producer(channel, on_return=self._came_back)
        self._last, self._awaited, self._returned = 0, set[int](), 0

    def publish(self, sends: Iterable[Send]) -> int:
        """Sends messages in their order, waits until all are confirmed, and returns how many no queue was there for.

        RabbitMQ returns only those that were sent as `mandatory`; others it drops.
        """
        self._returned = 0
        for send in sends:
            self._last += 1
            self._awaited.add(self._last)
            send(self._producer)
        while self._awaited:
            self._connection.drain_events(timeout=TIMEOUT)
        return self._returned

    def close(self) -> None:
        """Drops the connection without a word to a RabbitMQ that may not be listening."""
        self._connection.collect()

    def _taken(self, tag: int, multiple: bool) -> None:
        self._awaited -= {one for one in self._awaited if one <= tag} if multiple else {tag}

    def _turned_down(self, tag: int, multiple: bool) -> None:
        raise Outage("RabbitMQ could not keep a message")

    def _came_back(self, *message: object) -> None:
        self._returned += 1


def publish(sends: Iterable[Send]) -> int:
    """Sends messages over this thread's connection as `Publisher.publish` does; raises `Outage`."""
    try:
        return _publish(sends)
    except FAILURES as error:
        # As a URI the address keeps its password to itself.
        raise Outage(f"RabbitMQ took no message at {connected().as_uri()}: {error!r}") from error


def _publish(sends: Iterable[Send]) -> int:
    """Takes the publisher out while it works: one that failed is never used again.

    A late confirmation on its channel would be taken for that of another message.
    """
    publisher: Publisher = _idle.__dict__.pop(settings.BROKER_URL, None) or Publisher()
    try:
        returned = publisher.publish(sends)
    except BaseException:
        publisher.close()
        raise
    _idle.__dict__[settings.BROKER_URL] = publisher
    return returned
