"""Drops the notifications that are kept for generations that nothing serves and no process works on."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from efi.delivery.schedule import every
from efi.log.mongo import Document
from efi.operations.rebuilding import generation_list
from efi.reading import freshness
from efi.reading.generation_names import generations_of
from efi.reading.generations import pointers

PERIOD = timedelta(minutes=10)
LEFT_AFTER = timedelta(hours=1)
"""The age after which a generation that nothing points at is an orphan; a start takes far less to build one."""
logger = logging.getLogger(__name__)


@every(PERIOD)
def retire_orphans(at: datetime) -> None:
    """Retires orphaned generations.

    A build that is taken up again later, or gone back to, has its queue declared anew.
    """
    found = freshness.entries().find({"hears": {"$ne": []}}, {"begun": 1})
    hearing: dict[str, datetime] = {one["_id"]: one["begun"] for one in found}
    for name in sorted(_left(hearing, freshness.present()) & hearing.keys()):
        logger.warning("nothing serves %s and nobody works on it: its bells are kept no longer", name)
        generation_list.retire(name)


def _left(hearing: dict[str, datetime], present: datetime) -> set[str]:
    served, kept, models = set[str](), set[str](), list[str]()
    for pointer in pointers().find():
        models.append(pointer["_id"])
        served.update(pointer.get("generations", {}).values())
        for name, is_held in _kept(pointer, present):
            (served if is_held else kept).add(name)
    drawn = re.compile(generations_of(models))
    old = {name for name, begun in hearing.items() if drawn.match(name) and begun < present - LEFT_AFTER}
    return (kept | old) - served


def _kept(pointer: Document, present: datetime) -> Iterator[tuple[str, bool]]:
    """Yields previous and unfinished generations, each with whether a process is at work on its read model."""
    builds = pointer.get("building", {})
    held = {version for version, build in builds.items() if generation_list.is_held(build, present)}
    yield from ((name, version in held) for version, name in pointer.get("previous", {}).items())
    yield from ((build["generation"], version in held) for version, build in builds.items() if "generation" in build)
