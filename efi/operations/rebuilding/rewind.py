"""After MongoDB was restored by other means to a shorter log: whatever is of the longer one is forgotten."""

import time
from collections.abc import Iterator

from efi.delivery import relay
from efi.log import epoch, event_store
from efi.log.mongo import Document, collection
from efi.operations.rebuilding import generation_list, rebuild
from efi.operations.rebuilding.rebuild import Told
from efi.reading import failures, freshness, generations
from efi.reading.projections import READ_MODELS
from efi.writing.snapshots import snapshots

MARGIN = 0.5


def follow(told: Told, *, jobs: int = 1) -> list[str]:
    """Every read model is built anew, and all before dropped. Returns the commits that were taken out of the log.

    Running processes may go on: they know within a second. What they have appended meanwhile, to a stream that is
    shorter than they thought, stands behind a hole, and is kept apart in the collection `stranded`.
    """
    epoch.begin_another()
    time.sleep(epoch.BELIEVED + MARGIN)
    snapshots().drop()
    taken_out = list(strand())
    for forgotten in (relay.tokens(), failures.failures(), freshness.under_way()):
        forgotten.delete_many({})
    for forget in epoch.FORGETS:
        forget()
    for name in READ_MODELS:
        _drop_builds(name)
        rebuild.rebuild(name, told, jobs=jobs, force=True, anew=True)
        generation_list.clean(READ_MODELS[name], all_versions=True)
    return [*taken_out, *strand()]


def _drop_builds(name: str) -> None:
    generations.pointers().update_one({"_id": name}, {"$unset": {"building": ""}})


def strand() -> Iterator[str]:
    """Moves what stands behind a hole out of the log, and names it."""
    for stream, version in list(_behind_holes()):
        for raw in list(event_store.read_raw(stream, version - 1)):
            collection("stranded").replace_one({"_id": raw["_id"]}, raw, upsert=True)
            event_store.commits().delete_one({"_id": raw["_id"]})
            yield f"{stream} {raw['version']}"


def _behind_holes() -> Iterator[tuple[str, int]]:
    """Streams with the first version that does not follow."""
    in_order: list[Document] = [
        {"$sort": {"stream": 1, "version": 1}},
        {"$group": {"_id": "$stream", "begins": {"$push": "$version"}, "counts": {"$push": "$count"}}},
    ]
    shown = [{"$project": {"stream": 1, "version": 1, "count": 1, "_id": 0}}]
    for one in event_store.commits().aggregate([*shown, *in_order], allowDiskUse=True):
        reached = 0
        for begins, count in zip(one["begins"], one["counts"], strict=True):
            if begins != reached + 1:
                yield one["_id"], begins
                break
            reached = begins + count - 1
