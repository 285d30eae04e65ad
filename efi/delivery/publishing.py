"""Messages given to RabbitMQ, many at a time, each persistent and confirmed."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from kombu import Connection, Exchange, Producer

from efi.delivery.broker import FAILURES
from efi.reading.followers import Outage

PATIENCE = 10.0
"""Seconds in which the broker is to connect, and to take the next message: one short of memory or disk takes none."""
PERSISTENT = 2
_idle = threading.local()


@dataclass(frozen=True, kw_only=True)
class Message:
    """Bytes for whatever queues are bound to its routing key; where none is, the broker drops it."""

    id: str
    routing_key: str
    content_type: str
    body: bytes


class Publisher:
    """A connection for one thread, and what the broker has not confirmed on it yet."""

    def __init__(self, exchange: Exchange) -> None:
        self._connection = Connection(settings.BROKER_URL, connect_timeout=PATIENCE)
        channel = self._connection.channel()
        exchange.declare(channel=channel)
        channel.confirm_select()
        channel.events["basic_ack"].add(self._taken)
        channel.events["basic_nack"].add(self._turned_down)
        self._producer = Producer(channel, exchange, auto_declare=False)
        self._last, self._awaited = 0, set[int]()

    def publish(self, messages: Iterable[Message]) -> None:
        """In their order; returns once all are confirmed."""
        for message in messages:
            self._last += 1
            self._awaited.add(self._last)
            self._producer.publish(
                message.body,
                routing_key=message.routing_key,
                content_type=message.content_type,
                content_encoding="utf-8",
                delivery_mode=PERSISTENT,
                message_id=message.id,
            )
        while self._awaited:
            self._connection.drain_events(timeout=PATIENCE)

    def close(self) -> None:
        """Without a word to a broker that may not be listening."""
        self._connection.collect()

    def _taken(self, tag: int, multiple: bool) -> None:
        self._awaited -= {one for one in self._awaited if one <= tag} if multiple else {tag}

    def _turned_down(self, tag: int, multiple: bool) -> None:
        raise Outage("RabbitMQ could not keep a message")


def publish(exchange: Exchange, messages: Iterable[Message]) -> None:
    """Over this thread's connection, which is opened again after it failed; raises `Outage`."""
    try:
        _publish(exchange, messages)
    except FAILURES as error:
        raise Outage(f"RabbitMQ does not answer: {error!r}") from error


def _publish(exchange: Exchange, messages: Iterable[Message]) -> None:
    """Taken out while at work, so that what failed is not used again."""
    publisher: Publisher = _idle.__dict__.pop(exchange.name, None) or Publisher(exchange)
    try:
        publisher.publish(messages)
    except BaseException:
        publisher.close()
        raise
    _idle.__dict__[exchange.name] = publisher
