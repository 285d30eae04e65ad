"""Works on imports, one process on each. Any may stop anywhere: whoever takes an import up next goes on behind the last
rows that are known to be done, and no command is carried out twice."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from pymongo import ReturnDocument

from efi.delivery.schedule import every, stopping
from efi.imports import runs
from efi.imports.files import Problems, RowFile, Unreadable
from efi.imports.importer import Importer, Outcome, Result, Terms
from efi.imports.kinds import KINDS
from efi.imports.runs import WORKED_ON, State
from efi.log.event_store import now
from efi.log.mongo import Document
from efi.models import User

WORKERS = 4
SIDE_BY_SIDE = 3
"""Imports that a process works on at once, so that a long one keeps no other waiting."""
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=7)
"""How long a checked import waits for somebody to have it run."""
ME = uuid4()
Told = Callable[[Document], object]


class TakenOver(Exception):
    """An import has been cancelled, or another process works on it."""


def work(at: datetime) -> None:
    """Takes up what nobody works on, be it new or left by a process that ended."""
    for stale in runs.imports().find({"state": State.CHECKED, "created_at": {"$lt": at - KEPT}}):
        runs.cancel(UUID(stale["_id"]))
    while not stopping.is_set() and (taken := take_up()):
        carry_on(taken)


for _ in range(SIDE_BY_SIDE):
    every(timedelta(seconds=1))(work)


def see_through(run: UUID, told: Told) -> Document:
    """Works on it, or watches another process do so, until it is checked or done."""
    while (now_is := runs.existing(run))["state"] in WORKED_ON:
        if taken := take_up(run):
            carry_on(taken, told)
        else:
            told(now_is)
            time.sleep(0.2)
    return now_is


def take_up(run: UUID | None = None) -> Document | None:
    """Returns an import to work on, this process's alone as long as it goes on; None where there is none just now."""
    wanted: Document = {"_id": str(run)} if run else {}
    free = {"$or": [{"lease": None}, {"lease.until": {"$lt": now()}}]}
    return runs.imports().find_one_and_update(
        {**wanted, **free, "state": {"$in": WORKED_ON}, "kind": {"$in": list(KINDS)}},
        {"$set": {"lease": {"by": ME, "until": now() + LEASE}}, "$inc": {"taken_up": 1}},
        # One that fails again and again keeps no other waiting.
        sort=[("taken_up", 1), ("created_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def carry_on(run: Document, told: Told = lambda run: None) -> None:
    """Works on an import that was taken up until it is over or this process ends; `told` how it stands as it goes."""
    with _leased(run):
        try:
            account = User.objects.filter(pk=run["actor"]).first()
            KINDS[run["kind"]].must_be_allowed(account, run["options"])
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
        self._kind = KINDS[run["kind"]]

    def go(self) -> None:
        with runs.files().open(self._run["kept"]) as kept, ThreadPoolExecutor(WORKERS) as workers:
            file: RowFile[Any] = RowFile(self._run["name"], kept, self._kind.columns, self._kind.read)
            if self._run["state"] == State.CHECKING:
                self._check(file)
            else:
                self._import(file, workers)

    def _check(self, file: RowFile[Any]) -> None:
        """Checks from the beginning, as nothing depends on how often it was begun."""
        runs.start_over(self._run)
        _save(self._run, {"rows": 0, "expected": {}})
        importer = None
        try:
            for batch in file.batches():
                importer = importer or self._importer(file)
                runs.note(self._run, batch.bad, of_the_file=True)
                results = [*_bad(batch.bad), *importer.foresee(batch.rows)]
                runs.foresee(self._run, results)
                if not self._step("expected", results, rows=len(results)):
                    return
        except Unreadable as error:
            runs.note(self._run, error.problems, of_the_file=True)
            self._end(State.UNREADABLE)
        else:
            self._told(_save(self._run, {"state": State.CHECKED}))

    def _import(self, file: RowFile[Any], workers: ThreadPoolExecutor) -> None:
        if not self._run["line"]:
            # What was foreseen of rows; from now on it is told what became of them.
            runs.notes().delete_many({"run": self._run["_id"], "of_the_file": False})
        importer = None
        for batch in file.batches():
            importer = importer or self._importer(file)
            if batch.last <= self._run["line"]:
                continue
            results = [*_bad(batch.bad), *importer.take(batch.rows, workers)]
            if not self._step("results", results, {"line": batch.last}, done=len(results)):
                return
        self._end(State.DONE)

    def _importer(self, file: RowFile[Any]) -> Importer[Any]:
        run, options = self._run, frozenset(self._run["options"])
        terms = Terms(run=UUID(run["_id"]), actor=run["actor"], file=run["name"], options=options)
        return self._kind.importer(terms, file.header)

    def _step(self, counted: str, results: list[Result], changes: Document | None = None, **more: int) -> bool:
        """Keeps what came of some rows, all at once; False: this process ends, and another is to go on."""
        runs.note(self._run, {one.line: list(one.notes) for one in results if one.notes}, of_the_file=False)
        counts = Counter(f"{counted}.{one.outcome}" for one in results)
        counts[f"{counted}.waiting"] = sum(one.waiting for one in results)
        spent, self._since = time.monotonic() - self._since, time.monotonic()
        lease = {"by": ME, "until": now() + LEASE}
        self._told(_save(self._run, {"lease": lease, **(changes or {})}, {**counts, **more, "worked": spent}))
        return not stopping.is_set()

    def _end(self, state: State) -> None:
        self._told(_save(self._run, {"state": state, "ended_at": now()}))
        runs.files().delete(self._run["kept"])


def _bad(problems: Problems) -> Iterator[Result]:
    return (Result(line=line, outcome=Outcome.REFUSED) for line in problems)


def _save(run: Document, changes: Document, counts: Document | None = None) -> Document:
    """Raises `TakenOver`."""
    mine = {"_id": run["_id"], "lease.by": ME, "state": run["state"]}
    change = {"$set": changes, **({"$inc": counts} if counts else {})}
    saved = runs.imports().find_one_and_update(mine, change, return_document=ReturnDocument.AFTER)
    if saved is None:
        raise TakenOver
    return saved


@contextmanager
def _leased(run: Document) -> Iterator[None]:
    """Gives it free in the end, so that nobody has to wait for what this process will not do."""
    try:
        yield
    finally:
        runs.imports().update_one({"_id": run["_id"], "lease.by": ME}, {"$set": {"lease": None}})
