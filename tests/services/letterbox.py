"""Somebody else's queue, bound to where the letters go."""

import json
from contextlib import suppress
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection, Exchange, Queue
from kombu.exceptions import KombuError

EVENTS = Exchange("efi.events", type="topic", durable=True)


class Letterbox:
    """Keeps what it is sent over a restart of the broker. `keys` are what it is bound by.

    A queue of the classic kind: one of quorum that was made a moment before its broker is killed may never come up again.
    """

    def __init__(self, uri: str, name: str, *keys: str, **arguments: Any) -> None:
        self.uri, self.name = uri, name
        self.remove()
        with Connection(uri, connect_timeout=5) as connection:
            for key in keys:
                Queue(name, EVENTS, key, queue_arguments=arguments)(connection.default_channel).declare()
        self.got: list[Any] = []

    def remove(self) -> None:
        with Connection(self.uri, connect_timeout=5) as connection:
            connection.default_channel.queue_delete(self.name)

    def letters(self) -> list[dict[str, Any]]:
        """All that have come so far, in their order; a broker that is on its way up has not got them yet."""
        with suppress(AMQPError, KombuError, OSError), Connection(self.uri, connect_timeout=5) as connection:
            self._empty(connection.default_channel)
        return [json.loads(message.body) for message in self.got]

    def ids(self) -> list[str]:
        return [letter["id"] for letter in self.letters()]

    def _empty(self, channel: Any) -> None:
        while message := Queue(self.name)(channel).get():
            self.got.append(message)
            message.ack()
