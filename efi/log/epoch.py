"""Which history the log tells: another, once it was restored from a backup, and whoever remembers more is to forget."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from pymongo.errors import PyMongoError

from efi.log.mongo import collection

BELIEVED = 1.0
"""Seconds for which a process believes that it is still the one it knows."""
MARK = "history"
FORGETS: list[Callable[[], object]] = []


@dataclass
class _Known:
    """When it was last looked up, by the monotonic clock."""

    history: object = None
    looked_at: float = -math.inf


_known = _Known()


def forgets(what: Callable[[], None]) -> Callable[[], None]:
    """Registers what keeps, in the store, how far it has read streams: called once, when no process remembers more."""
    FORGETS.append(what)
    return what


def begin_another() -> None:
    """Whatever is remembered of the log is of another; within `BELIEVED` seconds every process knows."""
    collection("marks").replace_one({"_id": MARK}, {"id": uuid4()}, upsert=True)


def known() -> object:
    """The one that this process took the log for when it last looked."""
    return _known.history


def has_changed() -> bool:
    """Whether it is another than when this was last asked. Said once: the caller is to forget what it remembers.

    So also where it cannot be told, or for the first time.
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
