"""Imports under way: the files kept for them, how far each has come, and what was noted of its lines.

An import is checked first, and nothing is written. Then whoever began it has it run.
"""

import hashlib
from collections.abc import Collection as Some
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from efi.domain.errors import NotFound, Rejected
from efi.http.permissions import OPERATE
from efi.imports.files import MOST_BYTES, READERS, Problems
from efi.imports.importer import Result
from efi.imports.kinds import KINDS, Kind
from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.models import User

SPACE = UUID("0f4a7c56-6d3b-4b2c-9f0e-6a1f2f0d9b3e")
REMEMBERED = timedelta(days=90)
"""How long imports are listed; what they did stays in the log."""


class State(StrEnum):
    """How far an import has come."""

    CHECKING = "checking"
    UNREADABLE = "unreadable"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


WORKED_ON = (State.CHECKING, State.RUNNING)
UNFINISHED = (*WORKED_ON, State.CHECKED)


def imports() -> Collection[Document]:
    return collection("imports")


def notes() -> Collection[Document]:
    """Returns the collection of what is wrong with single lines, or what the rules refused of them."""
    return collection("import_notes")


def changes() -> Collection[Document]:
    """Returns the collection of what lines would change, as it was seen when the file was checked."""
    return collection("import_changes")


def files() -> Storage:
    return storages["imports"]


def begin(kind: Kind, name: str, chunks: Iterable[bytes], account: User, options: Some[str] = ()) -> UUID:
    """Keeps a file, to be checked, and returns its import: the unfinished one where this person brings it again.

    Raises `PermissionDenied`, and `Rejected` for a file that is too large or of another format.
    """
    kind.must_be_allowed(account, options)
    suffix = PurePath(name).suffix.lower()
    if suffix not in READERS:
        raise Rejected(f"a file is one of {', '.join(READERS)}", code="file_unknown")
    with TemporaryFile() as file:
        whose = {"digest": _spool(chunks, file), "actor": str(account.pk)}
        terms = {"kind": kind.name, **whose, "options": sorted(options)}
        if unfinished := imports().find_one({**terms, "state": {"$in": UNFINISHED}}):
            return UUID(unfinished["_id"])
        run = uuid5(SPACE, f"{terms} {imports().count_documents(terms)}")
        _insert(run, {**terms, "name": PurePath(name).name[:200], "kept": files().save(f"{run}{suffix}", File(file))})
    return run


def existing(run: UUID) -> Document:
    """Returns an import; one that a process of an older release began names no kind, and is of products.

    Raises `NotFound`.
    """
    if found := imports().find_one({"_id": str(run)}):
        return {"kind": "products", "options": ["submit"] if found.get("submit") else [], **found}
    raise NotFound(f"there is no import {run}")


def have_run(run: UUID, account: User) -> None:
    """Lets a checked import run. Raises `PermissionDenied`, and `Rejected` where it is not checked yet, or has run."""
    checked = existing(run)
    KINDS[checked["kind"]].must_be_allowed(account, checked["options"])
    if checked["actor"] != str(account.pk):
        raise PermissionDenied("an import runs in the name of whoever began it")
    _move(run, (State.CHECKED,), State.RUNNING)


def have_cancelled(run: UUID, account: User) -> None:
    """Ends an import in somebody's name: of others by operators alone. Raises `PermissionDenied`, and as `cancel`."""
    if not may_cancel(existing(run), account):
        raise PermissionDenied("an import is cancelled by whoever began it, or by an operator")
    cancel(run)


def may_cancel(run: Document, account: User) -> bool:
    """Tells whether somebody may end an import."""
    return bool(run["actor"] == str(account.pk) or account.has_perm(OPERATE))


def cancel(run: UUID) -> None:
    """Ends an import; what has been imported stays. Raises `Rejected` where it is over."""
    _move(run, UNFINISHED, State.CANCELLED)
    files().delete(existing(run)["kept"])


def note(run: Document, reasons: Problems, *, of_the_file: bool) -> None:
    """Notes each reason once, however often the same rows are looked at."""
    for line, wrong in reasons.items():
        about = {"run": run["_id"], "line": line, "of_the_file": of_the_file}
        for reason in wrong:
            identity = hashlib.sha256(f"{about} {reason}".encode()).hexdigest()
            notes().replace_one({"_id": identity}, {**about, "reason": reason, "noted_at": now()}, upsert=True)


def notes_of(run: Document, first: int = 0, most: int = 0) -> list[Document]:
    """Returns what was noted from line `first` on, in order; at most so many, or with 0 all."""
    where = {"run": run["_id"], "line": {"$gte": first}}
    return list(notes().find(where).sort([("line", 1), ("_id", 1)]).limit(most))


def foresee(run: Document, results: Iterable[Result]) -> None:
    """Keeps what rows would change, before and after, for whoever is to have the import run."""
    foreseen = [
        {
            "run": run["_id"],
            "line": one.line,
            "name": one.name,
            "noted_at": now(),
            "fields": list(map(vars, one.changes)),
        }
        for one in results
        if one.changes
    ]
    if foreseen:
        changes().insert_many(foreseen)


def changes_of(run: Document, first: int = 0, most: int = 0) -> list[Document]:
    """Returns what was foreseen of lines from `first` on, in order; at most so many lines, or with 0 all."""
    where = {"run": run["_id"], "line": {"$gte": first}}
    return list(changes().find(where).sort("line", 1).limit(most))


def start_over(run: Document) -> None:
    """Forgets what an earlier check, which was stopped, has noted and foreseen."""
    for kept in (notes(), changes()):
        kept.delete_many({"run": run["_id"]})


def _spool(chunks: Iterable[bytes], file: IO[bytes]) -> str:
    """Keeps a file for the moment, and returns its digest."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Rejected(f"a file is at most {MOST_BYTES // 1024**2} MB", code="file_too_large")
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest()


def _insert(run: UUID, begun: Document) -> None:
    for kept in (notes(), changes()):
        kept.create_index([("run", 1), ("line", 1)])
    imports().create_index([("state", 1), ("taken_up", 1), ("created_at", 1)])
    for kept, since in ((imports(), "created_at"), (notes(), "noted_at"), (changes(), "noted_at")):
        kept.create_index(since, expireAfterSeconds=int(REMEMBERED.total_seconds()))
    counts = {"rows": 0, "done": 0, "line": 0, "worked": 0.0, "taken_up": 0, "expected": {}, "results": {}}
    try:
        imports().insert_one(
            {"_id": str(run), **begun, **counts, "state": State.CHECKING, "created_at": now(), "lease": None}
        )
    except DuplicateKeyError:
        files().delete(begun["kept"])


def _move(run: UUID, states: tuple[State, ...], to: State) -> None:
    where = {"_id": str(run), "state": {"$in": states}}
    if not imports().update_one(where, {"$set": {"state": to, "worked": 0.0}}).matched_count:
        raise Rejected(f"the import is {existing(run)['state']}", code="import_state")
