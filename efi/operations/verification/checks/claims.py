"""Compares claims and guards with the log as of one moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from efi.domain.events import Event
from efi.log import event_store
from efi.log.event_store import IN_ORDER, Commit
from efi.log.mongo import Document
from efi.operations.verification.checks.ranges import Looked, parts, snapshot
from efi.operations.verification.drift import CannotCheck, Difference, NotHealed
from efi.writing.claims import CLAIMED, COUNTED, HELD
from efi.writing.claims import claims as stored_claims
from efi.writing.claims import guards as stored_guards

OF_VALUES: Document = {"$or": [{"_id": {"$lt": "command:"}}, {"_id": {"$gte": "command;"}}]}
"""Matches the claims of values, which are not those of commands."""


def claims(looked: Looked) -> Iterator[Difference]:
    for comes in parts(stored_claims().count_documents(OF_VALUES)):
        with snapshot() as session:
            due, doubled = _due(comes, looked, session)
            stored = stored_claims().find(OF_VALUES, session=session)
            there = {one["_id"]: one["command_id"] for one in stored if comes(one["_id"])}
        yield from doubled
        for claim in sorted(due.keys() | there.keys()):
            if due.get(claim) != there.get(claim):
                yield _wrong_claim(claim, there.get(claim), due.get(claim))


def _due(
    comes: Callable[[str], bool], looked: Looked, session: ClientSession
) -> tuple[dict[str, UUID], list[Difference]]:
    due: dict[str, UUID] = {}
    doubled: list[Difference] = []
    for stream, claim, command_id in _claiming(looked, session):
        if comes(claim) and due.setdefault(claim, command_id) != command_id:
            said = f"is claimed by command {due[claim]} and again in {stream} by {command_id}"
            doubled.append(Difference(check="claims", what=claim, said=said))
    return due, doubled


def _claiming(looked: Looked, session: ClientSession) -> Iterator[tuple[str, str, UUID]]:
    """Yields each claim with the stream that holds it and the command that took it."""
    for commit in _looking(_commits_with(CLAIMED, session), looked):
        for event in commit.events:
            if type(event) in CLAIMED:
                yield commit.stream, CLAIMED[type(event)](event), commit.command_id
    for held in HELD:
        commits = _looking(_commits_with(held.events, session), looked)
        for stream, of_stream in groupby(commits, key=attrgetter("stream")):
            yield from ((stream, claim, command_id) for claim, command_id in held.holds(of_stream).items())


def _wrong_claim(claim: str, there: UUID | None, due: UUID | None) -> Difference:
    if due is None:
        return Difference(check="claims", what=claim, said=f"is held by command {there}, which has not claimed it")
    if there:
        return Difference(check="claims", what=claim, said=f"is held by command {there}, not by {due}")
    heal = partial(_take, claim, due)
    return Difference(check="claims", what=claim, said=f"is missing: command {due} has claimed it", heal=heal)


def _take(claim: str, command_id: UUID) -> None:
    try:
        stored_claims().insert_one({"_id": claim, "command_id": command_id})
    except DuplicateKeyError as error:
        raise NotHealed("it was taken meanwhile") from error


def guards(looked: Looked) -> Iterator[Difference]:
    with snapshot() as session:
        due: dict[str, int] = {}
        for counted in COUNTED:
            due |= counted.counts(_looking(_commits_with(counted.events, session), looked))
        there = {one["_id"]: one["count"] for one in stored_guards().find(session=session)}
    for guard in sorted(due.keys() | there.keys()):
        if due.get(guard) != there.get(guard):
            yield _wrong_guard(guard, there, due)


def _looking(commits: Iterable[Commit], looked: Looked) -> Iterator[Commit]:
    for commit in commits:
        looked(1)
        yield commit


def _wrong_guard(guard: str, there: Mapping[str, int], due: Mapping[str, int]) -> Difference:
    if guard not in due:
        return Difference(check="guards", what=guard, said="should not be there")
    heal = partial(_set_guard, guard, there.get(guard), due[guard])
    return Difference(check="guards", what=guard, said=f"counts {there.get(guard)}, not {due[guard]}", heal=heal)


def _set_guard(guard: str, there: int | None, due: int) -> None:
    """Sets a guard to `due` if it still counts what it counted when it was read; raises `NotHealed` otherwise."""
    if there is None:
        changed = stored_guards().update_one({"_id": guard}, {"$setOnInsert": {"count": due}}, upsert=True)
        done = changed.upserted_id is not None
    else:
        done = bool(stored_guards().update_one({"_id": guard, "count": there}, {"$set": {"count": due}}).matched_count)
    if not done:
        raise NotHealed("it was counted on meanwhile: try again")


def _commits_with(events: Iterable[type[Event]], session: ClientSession) -> Iterator[Commit]:
    """Yields the commits with such events.

    Raises `CannotCheck` for one that cannot be read: otherwise what it claims would look unclaimed.
    """
    types = [kind.type_name for kind in events]
    for raw in event_store.commits().find({"events.type": {"$in": types}}, session=session).sort(IN_ORDER):
        try:
            commit = event_store.decode(raw)
        except Exception as error:
            raise CannotCheck(f"claims: {raw['stream']} at version {raw['version']} cannot be read: {error}") from error
        yield commit
