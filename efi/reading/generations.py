"""Generations of read models: which collection serves a version of a fold, and how a missing one is built."""

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import OperationFailure, PyMongoError

from efi.log import event_store
from efi.log.mongo import Document, collection, database
from efi.reading import catching_up, failures, generation_names, progress
from efi.reading.projections import READ_MODELS, Generation, ReadModel, identity_in
from efi.runtime.batches import batched

BATCH, LOOKED_AT = 100, 1_000
"""How many streams are caught up together, and how many documents a sweep looks at together."""
REREAD = 1.0
"""Seconds after which pointers are read again."""
NAMESPACE_EXISTS = 48
CatchesUp = Callable[[Generation, Mapping[str, int]], None]
logger = logging.getLogger(__name__)


class CannotBuild(Exception):
    """A read model cannot be built, as the store takes nothing of it. Its words are a line for whoever starts this."""


_known: dict[str, tuple[Generation, float]] = {}
"""The generations that serve, and when their pointers were read by the monotonic clock; threads share it."""


def live(name: str) -> Generation:
    """Returns the generation that serves this process's version of a fold; raises `LookupError` before one is built.

    When a pointer moves, every process knows within `REREAD` seconds.
    """
    if name not in READ_MODELS:
        raise LookupError(f"there is no read model {name}")
    generation, read_at = _known.get(name, (None, -math.inf))
    if generation is None or time.monotonic() - read_at > REREAD:
        return _read_pointers()[name]
    return generation


def forget() -> None:
    """Forgets the pointers, so that they are read again: they may have moved."""
    _known.clear()


def _read_pointers() -> dict[str, Generation]:
    read_at = time.monotonic()
    moved = {one["_id"]: one.get("generations", {}) for one in pointers().find()}
    found = {name: moved.get(name, {}).get(str(model.version)) for name, model in READ_MODELS.items()}
    read = {name: Generation(READ_MODELS[name], drawn) for name, drawn in found.items() if drawn}
    _known.update({name: (generation, read_at) for name, generation in read.items()})
    return read


def pointers() -> Collection[Document]:
    return collection("read_models")


def missing() -> list[str]:
    """Returns the read models that have no generation of this process's version of the fold yet."""
    forget()
    return sorted(READ_MODELS.keys() - _read_pointers().keys())


def build_missing() -> list[Generation]:
    """Builds the generations that are missing, and places the views of all; called before a process serves.

    Returns those that were built. With a broker they have no queue yet, and lack what is recorded until they have.
    Raises `CannotBuild`.
    """
    built = []
    for name in missing():
        try:
            _build(READ_MODELS[name])
        except PyMongoError as error:
            raise CannotBuild(f"the read model {name} cannot be built: {catching_up.said(error)}") from error
        built.append(live(name))
    views = {one["name"]: one["options"] for one in database().list_collections(filter={"type": "view"})}
    for generation in of_this_process():
        if views.get(generation.model.view_name) != looks_at(generation):
            place_view(generation)
    return built


def sweep(generation: Generation, catch_up: CatchesUp = catching_up.catch_up) -> int:
    """Catches up every stream whose document has not seen its head; returns how many streams there are."""
    event_store.settle()
    swept = 0
    for heads in bells_of(event_store.heads(generation.model.kinds), LOOKED_AT):
        swept += len(heads)
        for bells in bells_of(_behind(generation, heads)):
            catch_up(generation, bells)
    failures.forget_passed(generation)
    return swept


def bells_of(heads: Iterable[tuple[str, int]], most: int = BATCH) -> Iterator[dict[str, int]]:
    return map(dict, batched(heads, most))


def _behind(generation: Generation, heads: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yields the streams that documents have not seen to the end; there are mostly none, so only `_seen` is read."""
    of_these = {"_id": {"$in": list({identity_in(stream) for stream in heads})}}
    return behind(heads.items(), generation.facts.find(of_these, {"_seen": 1}))


def behind(heads: Iterable[tuple[str, int]], facts: Iterable[Document]) -> Iterator[tuple[str, int]]:
    """Yields those streams, with their versions, that these documents or facts have not seen to the end."""
    seen = {fact["_id"]: fact["_seen"] for fact in facts}
    for stream, version in heads:
        if seen.get(identity_in(stream), {}).get(stream.partition(":")[0], 0) < version:
            yield stream, version


def make(model: ReadModel) -> Generation:
    """Makes an empty generation with its indexes; bells for it count from now on."""
    generation = Generation(model, generation_names.draw(model.name))
    if model.indexes:
        generation.stored.create_indexes([IndexModel(index) for index in model.indexes])
    progress.start_hearing(generation.name, model.kinds, model.lane)
    return generation


def _build(model: ReadModel) -> None:
    generation = make(model)
    logger.info("building %s, version %s, as %s", model.name, model.version, generation.name)
    sweep(generation)
    field = f"generations.{model.version}"
    pointers().update_one({"_id": model.name}, {"$setOnInsert": {"generations": {}}}, upsert=True)
    pointers().update_one({"_id": model.name, field: {"$exists": False}}, {"$set": {field: generation.name}})
    forget()
    sweep(live(model.name))
    for noted in failures.of(live(model.name).name):
        unbuilt = "%s cannot be built of %s from version %d on: %s"
        logger.error(unbuilt, model.name, noted["stream"], noted["version"], noted["error"])


def place_view(generation: Generation) -> None:
    """Points the view of this version of the fold at the generation, in one step if the view exists already."""
    if generation.model.view is None:
        return
    try:
        database().command({"create": generation.model.view_name, **looks_at(generation)})
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        database().command({"collMod": generation.model.view_name, **looks_at(generation)})


def looks_at(generation: Generation) -> Document:
    """Returns what the view of a fold is, as MongoDB keeps it."""
    return {"viewOn": generation.name, "pipeline": list(generation.model.view or ())}


def previous() -> Iterator[Generation]:
    """Yields the generations that one can go back to, of the folds that this process has."""
    for pointer in pointers().find({"_id": {"$in": list(READ_MODELS)}}):
        model = READ_MODELS[pointer["_id"]]
        if name := pointer.get("previous", {}).get(str(model.version)):
            yield Generation(model, name)


def of_this_process() -> Iterator[Generation]:
    """Returns the generations that this process feeds and reads, in the order of registration."""
    return (live(name) for name in READ_MODELS)
