"""A relay that runs in the test's own thread, until what the test waits for has come."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo.read_concern import ReadConcern

from efi.delivery import relay
from efi.delivery.relay import Relay
from efi.log import mongo
from efi.reading.generations import live
from tests.tavern.labels import TAGS

PATIENCE = 20.0


class Until:
    """Stands in for the event that stops a relay: set once `come` is true. Waiting takes no time.

    It looks from a thread of its own, so that what is broken for the relay is not broken for it.
    """

    def __init__(self, come: Callable[[], bool]) -> None:
        self.come, self.deadline, self.waits = come, time.monotonic() + PATIENCE, 0
        self.looking = ThreadPoolExecutor(1)

    def is_set(self) -> bool:
        assert time.monotonic() < self.deadline, "the relay has not done it"
        return self.looking.submit(self.come).result()

    def wait(self, seconds: float) -> bool:
        self.waits += 1
        return self.is_set()


def relay_until(come: Callable[[], bool]) -> Until:
    stop = Until(come)
    Relay(stop).run()  # type: ignore[arg-type]
    return stop


def seen(keg_id: Any, version: int) -> Callable[[], bool]:
    """The tag of the keg has come to this version."""

    def come() -> bool:
        found = live(TAGS.name).documents.find_one({"_id": str(keg_id)}, {"_seen": 1})
        return bool(found and found["_seen"].get("keg", 0) >= version)

    return come


def settled(keg_id: Any, version: int) -> Callable[[], bool]:
    """It has, and where the relay is by now is kept for the next."""
    come, before = seen(keg_id, version), kept_token()
    return lambda: come() and kept_token() != before


def kept_token(lane: str | None = None) -> Any:
    tokens = relay.tokens().with_options(read_concern=ReadConcern("local"))
    return (tokens.find_one({"_id": Relay(lane=lane).token}) or {}).get("token")


def forge(**fields: Any) -> None:
    """Changes what is kept of where the last relay was."""
    mongo.collection("relay").update_one({"_id": Relay().token}, {"$set": fields})
