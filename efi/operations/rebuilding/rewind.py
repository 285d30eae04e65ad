"""Recovers after MongoDB was restored by other means to a shorter log: forgets all that came from the longer one."""

import time
from collections.abc import Iterator

from efi.delivery import relay
from efi.log import epoch, event_store
from efi.log.mongo import Document, collection
from efi.operations.rebuilding import generation_list, rebuild
from efi.operations.rebuilding.rebuild import Report
from efi.reading import failures, freshness, generations
from efi.reading.projections import READ_MODELS
from efi.writing.snapshots import snapshots

MARGIN = 0.5


def accept(report: Report, *, jobs: int = 1) -> list[str]:
    """Builds every read model anew and drops all older generations; returns the commits that were taken out of the log.

    Other processes may run on: they notice within a second. What they append meanwhile to a stream that is shorter than
    they believe stands behind a hole; it is moved to the collection `stranded`.
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
        rebuild.rebuild(name, report, jobs=jobs, force=True, anew=True)
        generation_list.clean(READ_MODELS[name], all_versions=True)
    return [*taken_out, *strand()]


def _drop_builds(name: str) -> None:
    generations.pointers().update_one({"_id": name}, {"$unset": {"building": ""}})


def strand() -> Iterator[str]:
    """Moves commits behind a hole from the log to the collection `stranded`, and yields their stream and version."""
    for stream, version in list(_behind_holes()):
        for raw in list(event_store.read_raw(stream, version - 1)):
            collection("stranded").replace_one({"_id": raw["_id"]}, raw, upsert=True)
            event_store.commits().delete_one({"_id": raw["_id"]})
            yield f"{stream} {raw['version']}"


def _behind_holes() -> Iterator[tuple[str, int]]:
    """Yields the streams with a hole, each with the first version behind it."""
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
