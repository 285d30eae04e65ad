"""Snapshots of aggregates, which spare the reading of long streams. They may be deleted at any time."""

import hashlib
import inspect
import logging
import sys
from functools import cache
from typing import TypeVar

from pymongo.collection import Collection

from efi.domain import aggregate, events, payloads, values
from efi.domain.aggregate import AGGREGATES, Aggregate
from efi.domain.events import EVENTS, UPCASTERS
from efi.log import sealing
from efi.log.mongo import Document, collection

EVERY = 50
LONG = 1_000
"""Events that are read only once: afterwards a snapshot spares the next reading, whatever became of the command."""
A = TypeVar("A", bound=Aggregate)
logger = logging.getLogger(__name__)


def snapshots() -> Collection[Document]:
    return collection("snapshots")


def load(kind: type[A], stream: str) -> A | None:
    """Returns the newest snapshot that the present source code made, or None."""
    kept = snapshots().find_one({"_id": stream, "source": source_of(kind.kind)})
    return payloads.load(kind, sealing.opened(kept["state"], f"{stream} snapshot")) if kept else None


def keep(made: Aggregate, head: int) -> None:
    """Stores a snapshot every `EVERY` events, after a commit on version `head`; a failure is only logged."""
    if made.version // EVERY == head // EVERY:
        return
    try:
        kept = {"source": source_of(made.kind), "state": _state_of(made)}
        snapshots().replace_one({"_id": made.stream}, kept, upsert=True)
    except Exception:  # the command is acknowledged already, whatever is wrong here
        logger.warning("no snapshot of %s was kept", made.stream, exc_info=True)


def _state_of(made: Aggregate) -> Document:
    state = payloads.dump(made)
    names = sealing.personal_fields(type(made))
    return sealing.sealed(state, names, made.person, f"{made.stream} snapshot") if made.person else state


@cache
def source_of(kind: str) -> str:
    """Returns a hash of the source code that shapes an aggregate: its modules, its app's events and values, ours."""
    module = AGGREGATES[kind].__module__
    app = module.partition(".")[0]
    makers = {sys.modules[module], aggregate, events, payloads, values}
    makers |= {sys.modules[made.__module__] for name, made in EVENTS.items() if name.startswith(f"{app}.")}
    makers |= {sys.modules[lifter.__module__] for (name, _), lifter in UPCASTERS.items() if name.startswith(f"{app}.")}
    published = (f"{app}.events", f"{app}.values")
    makers |= {module for name, module in sys.modules.items() if name.startswith(published)}
    parts = {getattr(part, "__module__", None) or "" for part in vars(sys.modules[module]).values()}
    makers |= {sys.modules[name] for name in parts if name.startswith((f"{app}.", "efi.domain."))}
    texts = sorted(inspect.getsource(module) for module in makers)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
