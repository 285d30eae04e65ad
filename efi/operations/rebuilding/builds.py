"""Builds under way: stored in the pointer of their read model, with the process that works on one and how far it is."""

import contextlib
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import PyMongoError

from efi.domain.errors import Conflict
from efi.log.mongo import Document
from efi.reading import freshness
from efi.reading.generations import pointers
from efi.reading.projections import ReadModel
from efi.runtime.masking import masked

LEASE, RENEWED = timedelta(seconds=10), 2.0
"""How long a process keeps a build without renewing its lease, and the seconds between two renewals."""


@dataclass
class Build:
    """This process's hold on the build of one read model; writes of another process do not reach it."""

    model: ReadModel
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    kept: Document = field(default_factory=dict)
    """The build as it was found; empty if none was begun."""

    @property
    def path(self) -> str:
        return f"building.{self.model.version}"

    def write(self, changes: Mapping[str, Any], *operators: tuple[str, Document]) -> None:
        """Writes fields of the build, and applies other operators to its pointer, in one write.

        Raises `Conflict` if another process has taken the build over.
        """
        update = {"$set": {f"{self.path}.{name}": value for name, value in changes.items()}} if changes else {}
        for operator, fields in operators:
            update[operator] = {**update.get(operator, {}), **fields}
        mine = {"_id": self.model.name, f"{self.path}.holder": self.holder}
        if not pointers().update_one(mine, update).matched_count:
            raise Conflict(f"the build of {self.model.name} was taken over by another process")


@contextmanager
def held(model: ReadModel) -> Iterator[Build]:
    """Takes the build of a read model for this process and renews the lease until the block ends.

    Raises `Conflict` if another process works on it, or did so seconds ago.
    """
    build = Build(model)
    build.kept = _take(build)
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=[build, done], daemon=True)
    renewing.start()
    try:
        yield build
    except Exception as error:
        _note(build, error)
        raise
    finally:
        done.set()
        renewing.join()
        _let_go(build)


def _take(build: Build) -> Document:
    name, until = build.model.name, f"{build.path}.until"
    pointers().update_one({"_id": name}, {"$setOnInsert": {"generations": {}}}, upsert=True)
    present = freshness.present()
    free = {"_id": name, "$or": [{until: {"$exists": False}}, {until: {"$lt": present}}]}
    taken = {"$set": {f"{build.path}.holder": build.holder, until: present + LEASE}}
    found = pointers().find_one_and_update(free, taken, return_document=ReturnDocument.AFTER)
    if found is None:
        raise Conflict(f"{name} is being rebuilt by another process")
    kept: Document = found["building"][str(build.model.version)]
    return kept


def _renew(build: Build, done: threading.Event) -> None:
    while not done.wait(RENEWED):
        try:
            build.write({"until": freshness.present() + LEASE})
        except (PyMongoError, Conflict):
            # Whoever writes next is told; a store that is away is waited for.
            continue


def _note(build: Build, error: Exception) -> None:
    """Stores why a build stopped, for whoever looks at the page that it may have been begun from."""
    begun = {
        "_id": build.model.name,
        f"{build.path}.holder": build.holder,
        f"{build.path}.generation": {"$exists": True},
    }
    with contextlib.suppress(PyMongoError):
        pointers().update_one(begun, {"$set": {f"{build.path}.said": masked(str(error))}})


def _let_go(build: Build) -> None:
    """Ends the lease. A build that has begun stays, for the next process to go on with; any other is removed."""
    mine = {"_id": build.model.name, f"{build.path}.holder": build.holder}
    begun = {**mine, "$or": [{f"{build.path}.{noted}": {"$exists": True}} for noted in ("generation", "back")]}
    if not pointers().update_one(begun, {"$unset": {f"{build.path}.until": ""}}).matched_count:
        pointers().update_one(mine, {"$unset": {build.path: ""}})
