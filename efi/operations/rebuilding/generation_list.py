"""The generations of read models: which one serves, which are kept or being built, and how unused ones are dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from efi.delivery import broker
from efi.log.mongo import Document, collection, database
from efi.reading import failures, freshness, mirrors, progress
from efi.reading.generation_names import facts_of, followers_of, generations_of
from efi.reading.generations import pointers
from efi.reading.projections import READ_MODELS, Generation, ReadModel

ABANDONED = timedelta(days=1)
"""The age after which a generation that nothing points at counts as left by a process that died."""
ROLES = {"serves": "generations", "previous": "previous", "building": "building"}


@dataclass(frozen=True, kw_only=True)
class ListedGeneration:
    """One generation, as operators see it."""

    model: str
    version: int
    name: str
    role: str
    documents: int
    build: Document


def live_name(model: ReadModel) -> str | None:
    """Returns the name of the generation that serves, as the store has it now, or None if there is none."""
    return _named(model, "generations")


def previous_name(model: ReadModel) -> str | None:
    return _named(model, "previous")


def _named(model: ReadModel, field: str) -> str | None:
    pointer = pointers().find_one({"_id": model.name}) or {}
    name: str | None = pointer.get(field, {}).get(str(model.version))
    return name


def failing(model: ReadModel) -> int | None:
    """Returns the most streams that cannot be folded in a generation that serves, of any version.

    None if none serves.
    """
    pointer = pointers().find_one({"_id": model.name}) or {}
    return max((failures.count(name) for name in pointer.get("generations", {}).values()), default=None)


def listed(name: str | None = None) -> Iterator[ListedGeneration]:
    """Yields the generations of one read model, or of all, also of those that this process has no code for."""
    for pointer in pointers().find({"_id": name} if name else {}, sort=[("_id", 1)]):
        for role, field in ROLES.items():
            for version, drawn in sorted(pointer.get(field, {}).items()):
                build = drawn if field == "building" else {}
                if generation := build.get("generation") if build else drawn:
                    yield ListedGeneration(
                        model=pointer["_id"],
                        version=int(version),
                        name=generation,
                        role=role,
                        documents=collection(generation).estimated_document_count(),
                        build=build,
                    )


def retire(name: str) -> None:
    """Deletes the queues of a generation, and stops keeping notifications for it: nobody feeds it any more."""
    for one in freshness.entries().find(_own(name), {"_id": 1}):
        progress.stop_hearing(one["_id"])
        broker.drop(one["_id"])


def drop(generation: Generation) -> None:
    """Deletes a generation: its documents, facts, copies, failures and freshness."""
    retire(generation.name)
    for mirror in mirrors.of(generation.model.name):
        mirror.drop(generation)
    for name in (generation.name, facts_of(generation.name)):
        collection(name).drop()
    failures.failures().delete_many({"generation": generation.name})
    freshness.entries().delete_many(_own(generation.name))


def clean(model: ReadModel, *, all_versions: bool = False) -> list[str]:
    """Drops the previous generation and builds that were given up; returns their names.

    What a process is working on, or going back to, stays. With `all_versions` the generations of every other version of
    the fold go too, with their views: for when no process of those releases runs any more.
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
    """Returns the versions of the fold for which a process is building, or going back to, a generation."""
    pointer = pointers().find_one({"_id": model.name}) or {}
    return {int(version) for version, build in pointer.get("building", {}).items() if is_held(build, present)}


def is_held(build: Document, present: datetime) -> bool:
    """Returns whether a process is at work on a build."""
    return bool(build.get("until") and build["until"] > present)


def _drop_abandoned(model: ReadModel) -> Iterator[str]:
    pointed = {one.name for one in listed(model.name)}
    own = {"_id": {"$regex": generations_of([model.name])}}
    for one in list(freshness.entries().find({**own, "begun": {"$lt": freshness.present() - ABANDONED}})):
        if one["_id"] not in pointed:
            drop(Generation(model, one["_id"]))
            yield one["_id"]


def _own(name: str) -> Document:
    """Matches the follower of a generation and the followers named after it."""
    return {"_id": {"$regex": followers_of(name)}}


def known() -> list[str]:
    return sorted(READ_MODELS)
