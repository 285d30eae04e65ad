"""The log's epoch: after a restore it is another, and what was remembered of the one before is wrong."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from pymongo.errors import PyMongoError

from efi.log.mongo import collection

BELIEVED = 1.0
"""Seconds after which a process looks again which epoch it is."""
MARK = "history"
"""The id under which databases keep the epoch."""
FORGETS: list[Callable[[], object]] = []


@dataclass
class _Known:
    """The epoch that was last looked up, and when by the monotonic clock."""

    epoch: object = None
    looked_at: float = -math.inf


_known = _Known()


def forgets(what: Callable[[], None]) -> Callable[[], None]:
    """Registers what lowers the positions that a follower keeps in the store; called once after a restore."""
    FORGETS.append(what)
    return what


def begin_another() -> None:
    """Begins another epoch of the log. Every process notices within `BELIEVED` seconds."""
    collection("marks").replace_one({"_id": MARK}, {"id": uuid4()}, upsert=True)


def known() -> object:
    """Returns the id of the epoch that this process found when it last looked."""
    return _known.epoch


def has_changed() -> bool:
    """Returns True, once, if the epoch is another than at the last call: then forget what you remember of the log.

    It is also True at the first call, and if MongoDB does not answer.
    """
    if time.monotonic() - _known.looked_at < BELIEVED:
        return False
    looked_at = time.monotonic()
    try:
        mark = collection("marks").find_one({"_id": MARK}) or {}
    except PyMongoError:
        return True
    before, _known.epoch, _known.looked_at = _known.epoch, mark.get("id"), looked_at
    return before != _known.epoch
