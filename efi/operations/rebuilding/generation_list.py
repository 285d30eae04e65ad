"""The generations there are: which serve, which are kept or being built, and the end of those that are not needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from efi.delivery import broker
from efi.log.mongo import Document, collection, database
from efi.reading import failures, freshness, mirrors, progress
from efi.reading.generations import pointers
from efi.reading.projections import READ_MODELS, Generation, ReadModel

ABANDONED = timedelta(days=1)
"""What was begun before, and is pointed at by nothing, was left by a process that died."""
ROLES = {"serves": "generations", "previous": "previous", "building": "building"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One generation, as operators see it."""

    model: str
    version: int
    name: str
    role: str
    documents: int
    build: Document


def live_name(model: ReadModel) -> str | None:
    """As the pointer says now, not as it was last read."""
    return _named(model, "generations")


def previous_name(model: ReadModel) -> str | None:
    return _named(model, "previous")


def _named(model: ReadModel, field: str) -> str | None:
    pointer = pointers().find_one({"_id": model.name}) or {}
    name: str | None = pointer.get(field, {}).get(str(model.version))
    return name


def failing(model: ReadModel) -> int | None:
    """How many streams cannot be folded in what serves, of any version of the fold; None where nothing does."""
    pointer = pointers().find_one({"_id": model.name}) or {}
    return max((failures.count(name) for name in pointer.get("generations", {}).values()), default=None)


def listed(name: str | None = None) -> Iterator[Standing]:
    """Of one read model, or all, also of those that this process has no code for."""
    for pointer in pointers().find({"_id": name} if name else {}, sort=[("_id", 1)]):
        for role, field in ROLES.items():
            for version, drawn in sorted(pointer.get(field, {}).items()):
                build = drawn if field == "building" else {}
                if generation := build.get("generation") if build else drawn:
                    yield Standing(
                        model=pointer["_id"],
                        version=int(version),
                        name=generation,
                        role=role,
                        documents=collection(generation).estimated_document_count(),
                        build=build,
                    )


def retire(name: str) -> None:
    """Nobody feeds it any more: what would be kept for it is not."""
    for one in freshness.entries().find(_own(name), {"_id": 1}):
        progress.stop_hearing(one["_id"])
        broker.drop(one["_id"])


def drop(generation: Generation) -> None:
    """All of it, whatever is called by its name."""
    retire(generation.name)
    for mirror in mirrors.of(generation.model.name):
        mirror.drop(generation)
    for name in (generation.name, f"{generation.name}_facts"):
        collection(name).drop()
    failures.failures().delete_many({"generation": generation.name})
    freshness.entries().delete_many(_own(generation.name))


def clean(model: ReadModel, *, all_versions: bool = False) -> list[str]:
    """Drops what serves nobody: the previous generation, and what was begun and left. Returns the names.

    What a process is at work on, or on the way back to, stays.

    With `all_versions` those of every other version of the fold too, and their views: for when no process of those
    releases runs any more.
    """
    dropped, kept = [], held(model, freshness.present())
    for one in list(listed(model.name)):
        if one.role != "serves" and one.version in kept:
            continue
        if one.role != "serves" or (all_versions and one.version != model.version):
            dropped.append(one.name)
            drop(Generation(model, one.name))
            pointers().update_one({"_id": model.name}, {"$unset": {f"{ROLES[one.role]}.{one.version}": ""}})
            if one.role == "serves" and model.view is not None:
                database().drop_collection(f"{model.name}_v{one.version}")
    return [*dropped, *_drop_abandoned(model)]


def held(model: ReadModel, present: datetime) -> set[int]:
    """The versions of the fold of which a process builds, or brings back, a generation."""
    pointer = pointers().find_one({"_id": model.name}) or {}
    return {int(version) for version, build in pointer.get("building", {}).items() if is_held(build, present)}


def is_held(build: Document, present: datetime) -> bool:
    """Whether a process is at work on it."""
    return bool(build.get("until") and build["until"] > present)


def _drop_abandoned(model: ReadModel) -> Iterator[str]:
    pointed = {one.name for one in listed(model.name)}
    own = {"_id": {"$regex": f"^{re.escape(model.name)}_[0-9a-f]{{8}}$"}}
    for one in list(freshness.entries().find({**own, "begun": {"$lt": freshness.present() - ABANDONED}})):
        if one["_id"] not in pointed:
            drop(Generation(model, one["_id"]))
            yield one["_id"]


def _own(name: str) -> Document:
    """The follower of a generation, and those named after it."""
    return {"_id": {"$regex": f"(^|_){re.escape(name)}$"}}


def known() -> list[str]:
    return sorted(READ_MODELS)
