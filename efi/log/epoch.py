"""The history that the log holds. After a restore it is another, and what was remembered of the old one is wrong."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from pymongo.errors import PyMongoError

from efi.log.mongo import collection

BELIEVED = 1.0
"""Seconds after which a process looks again which history the log holds."""
MARK = "history"
FORGETS: list[Callable[[], object]] = []


@dataclass
class _Known:
    """The history that was last looked up, and when by the monotonic clock."""

    history: object = None
    looked_at: float = -math.inf


_known = _Known()


def forgets(what: Callable[[], None]) -> Callable[[], None]:
    """Registers what deletes the positions that a component keeps in the store; it is called once after a restore."""
    FORGETS.append(what)
    return what


def begin_another() -> None:
    """Marks the log as another history. Every process notices within `BELIEVED` seconds."""
    collection("marks").replace_one({"_id": MARK}, {"id": uuid4()}, upsert=True)


def known() -> object:
    """Returns the id of the history that this process found when it last looked."""
    return _known.history


def has_changed() -> bool:
    """Returns True, once, if the log is another history than at the last call: then forget what you remember of it.

    It is also True at the first call, and if MongoDB does not answer.
    """
    if time.monotonic() - _known.looked_at < BELIEVED:
        return False
    looked_at = time.monotonic()
    try:
        mark = collection("marks").find_one({"_id": MARK}) or {}
    except PyMongoError:
        return True
    before, _known.history, _known.looked_at = _known.history, mark.get("id"), looked_at
    return before != _known.history
