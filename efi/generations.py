"""The generations of read models: which collection serves which version of a fold, and how a missing one is built."""

import logging
import secrets
from collections.abc import Iterator
from itertools import islice

from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from efi import catching_up, event_store, failures, freshness
from efi.mongo import Document, collection, database
from efi.projections import READ_MODELS, Generation, ReadModel, identity_in

BATCH = 100
NAMESPACE_EXISTS = 48
logger = logging.getLogger(__name__)


_live: dict[str, Generation] = {}


def live(name: str) -> Generation:
    """The generation that serves this process's version of the fold; raises `LookupError` before it is built."""
    if name not in _live:
        model = READ_MODELS[name]
        pointer = pointers().find_one({"_id": name}) or {}
        _live[name] = Generation(model, pointer["generations"][str(model.version)])
    return _live[name]


def forget() -> None:
    """For when pointers may have moved: they are read again."""
    _live.clear()


def pointers() -> Collection[Document]:
    return collection("read_models")


def build_missing() -> None:
    """Called before a process serves: every read model has a generation of its fold, its indexes and its view."""
    for model in READ_MODELS.values():
        pointer = pointers().find_one({"_id": model.name}) or {}
        if str(model.version) not in pointer.get("generations", {}):
            _build(model)
        _place_view(live(model.name))


def sweep(generation: Generation) -> int:
    """Catches up every stream whose document has not seen its head; returns how many streams it rang."""
    event_store.settle()
    rung = 0
    streams = iter(event_store.heads(generation.model.kinds))
    while batch := dict(islice(streams, BATCH)):
        rung += len(batch)
        catching_up.catch_up(generation, batch)
    failures.forget(
        generation.name, [noted["stream"] for noted in failures.of(generation.name) if _has_passed(generation, noted)]
    )
    return rung


def _has_passed(generation: Generation, noted: Document) -> bool:
    """A note outlives its failure where the worker was overtaken, or died, before the document said the same."""
    kind = noted["stream"].partition(":")[0]
    fact = generation.facts.find_one({"_id": identity_in(noted["stream"])}, {"_seen": 1})
    return bool(fact and fact["_seen"].get(kind, 0) >= noted["version"])


def _build(model: ReadModel) -> None:
    generation = Generation(model, f"{model.name}_{secrets.token_hex(4)}")
    logger.info("building %s, version %s, as %s", model.name, model.version, generation.name)
    for index in model.indexes:
        generation.documents.create_index(index)
    freshness.begin(generation.name)
    sweep(generation)
    field = f"generations.{model.version}"
    pointers().update_one({"_id": model.name}, {"$setOnInsert": {"generations": {}}}, upsert=True)
    pointers().update_one({"_id": model.name, field: {"$exists": False}}, {"$set": {field: generation.name}})
    sweep(live(model.name))


def _place_view(generation: Generation) -> None:
    """The records' view of this fold's version looks at this generation; moved in one step where it stands already."""
    if generation.model.view is None:
        return
    looks_at = {"viewOn": generation.name, "pipeline": list(generation.model.view)}
    try:
        database().command({"create": generation.model.view_name, **looks_at})
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        database().command({"collMod": generation.model.view_name, **looks_at})


def of_this_process() -> Iterator[Generation]:
    """The generations that this process feeds and reads, in the order of registration."""
    return (live(name) for name in READ_MODELS)
