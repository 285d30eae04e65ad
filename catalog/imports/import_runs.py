"""Imports of products under way: the files kept for them, how far each has come, and who works on it.

An import is checked first, and nothing is written. Then whoever began it has it run. Either may stop anywhere: whoever
takes it up next goes on behind the last rows that are known to be done, and no command is carried out twice.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from catalog.commands.products import SubmitProduct
from catalog.imports.import_files import MOST_BYTES, READERS, Problems, ProductFile, Unreadable
from catalog.imports.product_import import GIVEN, Outcome, ProductImport, Result, Terms
from efi.delivery.schedule import every, stopping
from efi.domain.errors import NotFound, Rejected
from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.models import User
from efi.staff.giving import may_give

SPACE = UUID("0f4a7c56-6d3b-4b2c-9f0e-6a1f2f0d9b3e")
WORKERS = 4
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=7)
"""How long a checked import waits for somebody to have it run."""
TOLD = timedelta(days=90)
"""How long an import is told of; what it did stays in the log."""
ME = uuid4()


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
Told = Callable[[Document], object]


class TakenOver(Exception):
    """An import has been cancelled, or another process works on it."""


def imports() -> Collection[Document]:
    return collection("imports")


def notes() -> Collection[Document]:
    """What is wrong with single lines, or what the rules refused of them."""
    return collection("import_notes")


def files() -> Storage:
    return storages["imports"]


def may_import(account: Any, *, submit: bool = False) -> bool:
    """Whoever may give each command that an import gives may import."""
    wanted = (*GIVEN, *[SubmitProduct] * submit)
    return account is not None and all(may_give(account, kind) for kind in wanted)


def must_be_allowed(account: Any, *, submit: bool = False) -> None:
    """Raises `PermissionDenied`."""
    if not may_import(account, submit=submit):
        raise PermissionDenied("not allowed to import products")


def begin(name: str, chunks: Iterable[bytes], account: User, *, submit: bool) -> UUID:
    """Keeps a file, to be checked. Where this person's import of the same file is unfinished, it is that one.

    Raises `PermissionDenied`, and `Rejected` for a file that is too large or of another kind.
    """
    must_be_allowed(account, submit=submit)
    suffix = PurePath(name).suffix.lower()
    if suffix not in READERS:
        raise Rejected(f"a file is one of {', '.join(READERS)}", code="file_unknown")
    with TemporaryFile() as file:
        terms = {"digest": _spool(chunks, file), "actor": str(account.pk), "submit": submit}
        if unfinished := imports().find_one({**terms, "state": {"$in": UNFINISHED}}):
            return UUID(unfinished["_id"])
        run = uuid5(SPACE, f"{terms} {imports().count_documents(terms)}")
        _insert(run, {**terms, "name": PurePath(name).name[:200], "kept": files().save(f"{run}{suffix}", File(file))})
    return run


def existing(run: UUID) -> Document:
    """Raises `NotFound`."""
    if found := imports().find_one({"_id": str(run)}):
        return found
    raise NotFound(f"there is no import {run}")


def have_run(run: UUID, account: User) -> None:
    """Raises `PermissionDenied`, and `Rejected` where it is not checked yet, or has run."""
    checked = existing(run)
    must_be_allowed(account, submit=checked["submit"])
    if checked["actor"] != str(account.pk):
        raise PermissionDenied("an import runs in the name of whoever began it")
    _move(run, (State.CHECKED,), State.RUNNING)


def cancel(run: UUID) -> None:
    """What has been imported stays. Raises `Rejected` where it is over."""
    _move(run, UNFINISHED, State.CANCELLED)
    files().delete(existing(run)["kept"])


@every(timedelta(seconds=1))
def work(at: datetime) -> None:
    """Takes up what nobody works on, be it new or left by a process that ended."""
    for stale in imports().find({"state": State.CHECKED, "created_at": {"$lt": at - KEPT}}):
        cancel(UUID(stale["_id"]))
    while not stopping.is_set() and (taken := take_up()):
        carry_on(taken)


def see_through(run: UUID, told: Told) -> Document:
    """Works on it, or watches another process do so, until it is checked or done."""
    while (now_is := existing(run))["state"] in WORKED_ON:
        if taken := take_up(run):
            carry_on(taken, told)
        else:
            told(now_is)
            time.sleep(0.2)
    return now_is


def take_up(run: UUID | None = None) -> Document | None:
    """An import to work on, this process's alone as long as it goes on; None where there is none just now."""
    wanted: Document = {"_id": str(run)} if run else {}
    free = {"$or": [{"lease": None}, {"lease.until": {"$lt": now()}}]}
    return imports().find_one_and_update(
        {**wanted, **free, "state": {"$in": WORKED_ON}},
        {"$set": {"lease": {"by": ME, "until": now() + LEASE}}, "$inc": {"taken_up": 1}},
        # One that fails again and again keeps no other waiting.
        sort=[("taken_up", 1), ("created_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def carry_on(run: Document, told: Told = lambda run: None) -> None:
    """Works on an import that was taken up until it is over or this process ends; `told` how it stands as it goes."""
    with _leased(run):
        try:
            must_be_allowed(User.objects.filter(pk=run["actor"]).first(), submit=run["submit"])
            Work(run, told).go()
        except PermissionDenied as refusal:
            _save(run, {"state": State.CANCELLED, "because": str(refusal)})
        except OSError as error:
            _save(run, {"state": State.CANCELLED, "because": f"its file cannot be read: {error.strerror}"})
        except TakenOver:
            return


class Work:
    """One process's share of an import."""

    def __init__(self, run: Document, told: Told) -> None:
        self._run, self._told = run, told
        self._since = time.monotonic()
        self._terms = Terms(run=UUID(run["_id"]), actor=run["actor"], file=run["name"], submit=run["submit"])

    def go(self) -> None:
        with files().open(self._run["kept"]) as kept, ThreadPoolExecutor(WORKERS) as workers:
            file = ProductFile(self._run["name"], kept)
            if self._run["state"] == State.CHECKING:
                self._check(file)
            else:
                self._import(file, workers)

    def _check(self, file: ProductFile) -> None:
        """From the beginning, as nothing depends on how often it was begun."""
        notes().delete_many({"run": self._run["_id"]})
        _save(self._run, {"rows": 0, "expected": {}})
        importing = None
        try:
            for batch in file.batches():
                importing = importing or ProductImport(self._terms, file.header)
                self._note(batch.bad, of_the_file=True)
                results = [*_bad(batch.bad), *importing.foresee(batch.rows)]
                if not self._step("expected", results, rows=len(results)):
                    return
        except Unreadable as error:
            self._note(error.problems, of_the_file=True)
            self._end(State.UNREADABLE)
        else:
            self._told(_save(self._run, {"state": State.CHECKED}))

    def _import(self, file: ProductFile, workers: ThreadPoolExecutor) -> None:
        importing = None
        if not self._run["line"]:
            # What was foreseen of rows; from now on it is told what became of them.
            notes().delete_many({"run": self._run["_id"], "of_the_file": False})
        for batch in file.batches():
            importing = importing or ProductImport(self._terms, file.header)
            if batch.last <= self._run["line"]:
                continue
            results = [*_bad(batch.bad), *importing.take(batch.rows, workers)]
            if not self._step("results", results, {"line": batch.last}, done=len(results)):
                return
        self._end(State.DONE)

    def _step(self, counted: str, results: list[Result], changes: Document | None = None, **more: int) -> bool:
        """Keeps what came of some rows, all at once; False: this process ends, and another is to go on."""
        self._note({one.line: list(one.notes) for one in results if one.notes}, of_the_file=False)
        counts = Counter(f"{counted}.{one.outcome}" for one in results)
        counts[f"{counted}.waiting"] = sum(one.waiting for one in results)
        spent, self._since = time.monotonic() - self._since, time.monotonic()
        lease = {"by": ME, "until": now() + LEASE}
        self._told(_save(self._run, {"lease": lease, **(changes or {})}, {**counts, **more, "worked": spent}))
        return not stopping.is_set()

    def _note(self, reasons: Problems, *, of_the_file: bool) -> None:
        """Each once, however often the same rows are looked at."""
        for line, wrong in reasons.items():
            about = {"run": self._run["_id"], "line": line, "of_the_file": of_the_file}
            for reason in wrong:
                identity = hashlib.sha256(f"{about} {reason}".encode()).hexdigest()
                note = {**about, "reason": reason, "noted_at": now()}
                notes().replace_one({"_id": identity}, note, upsert=True)

    def _end(self, state: State) -> None:
        self._told(_save(self._run, {"state": state, "ended_at": now()}))
        files().delete(self._run["kept"])


def _bad(problems: Problems) -> Iterator[Result]:
    return (Result(line=line, outcome=Outcome.REFUSED) for line in problems)


def _spool(chunks: Iterable[bytes], file: IO[bytes]) -> str:
    """Returns the digest."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Rejected(f"a file is at most {MOST_BYTES // 1024**2} MB", code="file_too_large")
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest()


def _insert(run: UUID, begun: Document) -> None:
    notes().create_index([("run", 1), ("line", 1)])
    imports().create_index([("state", 1), ("taken_up", 1), ("created_at", 1)])
    for kept, since in ((imports(), "created_at"), (notes(), "noted_at")):
        kept.create_index(since, expireAfterSeconds=int(TOLD.total_seconds()))
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


def _save(run: Document, changes: Document, counts: Document | None = None) -> Document:
    """Raises `TakenOver`."""
    mine = {"_id": run["_id"], "lease.by": ME, "state": run["state"]}
    change = {"$set": changes, **({"$inc": counts} if counts else {})}
    saved = imports().find_one_and_update(mine, change, return_document=ReturnDocument.AFTER)
    if saved is None:
        raise TakenOver
    return saved


@contextmanager
def _leased(run: Document) -> Iterator[None]:
    """Gives it free in the end, so that nobody has to wait for what this process will not do."""
    try:
        yield
    finally:
        imports().update_one({"_id": run["_id"], "lease.by": ME}, {"$set": {"lease": None}})
