"""Tells Redis how far documents have come, so that no answer shows them as they were; again, where it did not hear."""

import logging
from collections.abc import Collection, Iterator
from threading import Lock, Timer

from django.conf import settings
from pymongo import ReadPreference
from pymongo.errors import PyMongoError

from efi.http import cache
from efi.http.cache import Away
from efi.reading.followers import Outage, after_catching_up
from efi.reading.mirrors import Mirror, Mismatch
from efi.reading.projections import Fold, Generation
from efi.runtime.batches import batched

AGAIN = 1.0
BATCH = 500
MOST_WAITING = 10_000
"""Documents that are told of again; of more than these, answers are as old as the promised bound at most."""
logger = logging.getLogger(__name__)
_untold: dict[str, tuple[Generation, set[str]]] = {}
_lock = Lock()


@after_catching_up
def invalidate(generation: Generation, identities: Collection[str]) -> None:
    """Tells Redis the revisions of documents, even without news: whoever wrote one may have died before it told."""
    if not settings.REDIS_URL or generation.model.name not in cache.FED or not isinstance(generation.model, Fold):
        return
    named = list(identities)
    for begin in range(0, len(named), BATCH):
        _drop(generation, named[begin : begin + BATCH])


def mirror(read_model: str) -> Mirror:
    """Redis holds nothing that must be there: only what it knows of revisions may be wrong."""
    return Mirror(
        name="redis",
        read_model=read_model,
        is_used=lambda: bool(settings.REDIS_URL),
        fill=_nothing,
        drop=_nothing,
        differences=_differences,
        heal=invalidate,
    )


def _nothing(generation: Generation) -> None:
    """Answers of other generations are never asked for, and go by themselves."""


def _differences(generation: Generation, identities: Collection[str] | None) -> Iterator[Mismatch]:
    """Yields documents of which Redis still knows an older revision; raises `Outage` if it does not answer."""
    if not isinstance(generation.model, Fold):
        return
    where = {} if identities is None else {"_id": {"$in": list(identities)}}
    for found in batched(generation.documents.find(where, {"_rev": 1}), BATCH):
        some = {one["_id"]: one["_rev"] for one in found}
        try:
            known = cache.revisions(generation.name, some)
        except Away as error:
            raise Outage(f"Redis does not answer: {error}") from error
        for identity, revision in known.items():
            if revision < some[identity]:
                yield Mismatch(identity=identity, what=f"Redis knows revision {revision}, not {some[identity]}")


def _drop(generation: Generation, identities: list[str]) -> None:
    newest = generation.documents.with_options(read_preference=ReadPreference.PRIMARY)
    try:
        found = newest.find({"_id": {"$in": identities}}, {"_rev": 1}).to_list()
        cache.drop((generation.name, one["_id"], one["_rev"]) for one in found)
    except (Away, PyMongoError) as error:
        logger.info("Redis is to be told of %d documents again: %s", len(identities), error)
        _keep(generation, identities)


def _keep(generation: Generation, identities: list[str]) -> None:
    with _lock:
        first = not _untold
        _, waiting = _untold.setdefault(generation.name, (generation, set()))
        if len(waiting) < MOST_WAITING:
            waiting.update(identities)
    if first:
        later = Timer(AGAIN, _drop_again)
        later.daemon = True
        later.start()


def _drop_again() -> None:
    with _lock:
        waiting = list(_untold.values())
        _untold.clear()
    for generation, identities in waiting:
        invalidate(generation, identities)
