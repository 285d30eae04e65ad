"""Somebody else's queue, bound to where the letters go."""

import json
from collections.abc import Iterator
from typing import Any

from kombu import Connection, Exchange, Queue

EVENTS = Exchange("efi.events", type="topic", durable=True)


class Letterbox:
    """Keeps what it is sent over a restart of the broker. `keys` are what it is bound by."""

    def __init__(self, uri: str, name: str, *keys: str, **arguments: Any) -> None:
        self.uri, self.name = uri, name
        quorum = {"x-queue-type": "quorum"}
        self.remove()
        with Connection(uri, connect_timeout=5) as connection:
            for key in keys:
                Queue(name, EVENTS, key, queue_arguments=quorum | arguments)(connection.default_channel).declare()
        self.got: list[Any] = []

    def remove(self) -> None:
        with Connection(self.uri, connect_timeout=5) as connection:
            connection.default_channel.queue_delete(self.name)

    def letters(self) -> list[dict[str, Any]]:
        """All that have come so far, in their order."""
        with Connection(self.uri, connect_timeout=5) as connection:
            self.got += self._waiting(connection.default_channel)
        return [json.loads(message.body) for message in self.got]

    def ids(self) -> list[str]:
        return [letter["id"] for letter in self.letters()]

    def _waiting(self, channel: Any) -> Iterator[Any]:
        while message := Queue(self.name)(channel).get(no_ack=True):
            yield message
