"""Claims, which keep values unique, and guards, by which a rule counts what is in other streams."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event
from efi.log.event_store import Commit, now
from efi.log.mongo import Document, collection
from efi.writing.unit import Writes, current

Claims = Callable[[Any], str]
Holds = Callable[[Iterable[Commit]], Mapping[str, UUID]]
Counts = Callable[[Iterable[Commit]], Mapping[str, int]]
CLAIMED: dict[type[Event], Claims] = {}
"""The claim that an event stands for, by its class."""
COUNTED: "list[Counted]" = []
HELD: "list[Held]" = []
RENAMED: dict[str, Callable[[str], str]] = {}
"""How claims that begin with a text are called now, by that text."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How guards follow from the log: the count of each, from all commits that hold one of these events."""

    events: tuple[type[Event], ...]
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a stream holds at its end of claims that may be let go, from its commits that hold one of these events."""

    events: tuple[type[Event], ...]
    holds: Holds


def claimed(kind: type[Event]) -> Callable[[Claims], Claims]:
    """Registers the claim that an event stands for, so that `verify` can compare claims with the log."""

    def register(claims_of: Claims) -> Claims:
        CLAIMED[kind] = claims_of
        return claims_of

    return register


def counted(*events: type[Event]) -> Callable[[Counts], Counts]:
    """Registers what guards count; the function is given commits stream by stream, each in order."""

    def register(counts: Counts) -> Counts:
        COUNTED.append(Counted(events=events, counts=counts))
        return counts

    return register


def held(*events: type[Event]) -> Callable[[Holds], Holds]:
    """Registers what claims a stream holds that may let go of them, each with the command that took it.

    The function is given the commits of one stream, in order.
    """

    def register(holds: Holds) -> Holds:
        HELD.append(Held(events=events, holds=holds))
        return holds

    return register


def renamed(prefix: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Registers how claims that begin with a prefix are called now, so that each start renames those of older code."""

    def register(name_of: Callable[[str], str]) -> Callable[[str], str]:
        RENAMED[prefix] = name_of
        return name_of

    return register


def claims() -> Collection[Document]:
    return collection("claims")


def guards() -> Collection[Document]:
    return collection("guards")


def holders(names: Iterable[str]) -> dict[str, UUID]:
    """Returns, of claims such as `sku:NW-001` those that are taken, each with the id of the command that took it."""
    return {held["_id"]: held["command_id"] for held in claims().find({"_id": {"$in": list(names)}})}


def were_given(command_ids: Iterable[UUID]) -> bool:
    """Tells whether one of these commands has been carried out, each given with a caller's key."""
    return claims().find_one({"_id": {"$in": [f"command:{one}" for one in command_ids]}}) is not None


def take(claim: str, taken: str, **also: object) -> None:
    """Claims a value in the command's transaction; `also` is kept beside it.

    Raises `Rejected` with the text `taken` if another command has it.
    """
    unit = current()
    document = {"_id": claim, "command_id": unit.context.command_id, **also}
    if unit.writes:
        unit.writes.claims.append(document)
        return
    if claims().find_one({"_id": claim}, session=unit.session):
        raise Rejected(taken, code="taken")
    claims().insert_one(document, session=unit.session)


def let_go(claim: str) -> None:
    """Gives a value back in the command's transaction, for others to claim."""
    claims().delete_one({"_id": claim}, session=current().session)


def guard(name: str) -> Document | None:
    """Returns a guard as this transaction sees it, or None if there is none."""
    return guards().find_one({"_id": name}, session=current().session)


def raise_guard(name: str) -> None:
    """Creates a guard that counts 0."""
    guards().insert_one({"_id": name, "count": 0}, session=current().session)


def count(name: str, change: int) -> bool:
    """Adds to a guard's count, so that of two commands at once one must try again.

    Returns False if there is no such guard.
    """
    if writes := current().writes:
        writes.counts[name] += change
        return True
    return bool(
        guards().update_one({"_id": name}, {"$inc": {"count": change}}, session=current().session).matched_count
    )


def drop_guard(name: str) -> None:
    guards().delete_one({"_id": name}, session=current().session)


def rename() -> None:
    """Gives claims of older code the names that they have now; where two would have the same, the one there stays."""
    for prefix, name_of in RENAMED.items():
        for claim in claims().find({"_id": {"$gte": prefix, "$lt": prefix + "\U0010ffff"}}):
            if (name := name_of(claim["_id"])) != claim["_id"]:
                claims().update_one({"_id": name}, {"$setOnInsert": {**claim, "_id": name}}, upsert=True)
                claims().delete_one({"_id": claim["_id"]})


def ensure_indexes() -> None:
    claims().create_index("gone_after", expireAfterSeconds=0)


def carried_out_by(command_id: UUID) -> list[UUID]:
    """Returns the ids of the commands that a command has carried out within itself."""
    claim = claims().find_one({"_id": f"command:{command_id}"}) or {}
    return list(claim.get("carried_out", ()))


def claim_command(
    command_id: UUID, command_hash: str, streams: dict[str, int], carried_out: Iterable[UUID], *, keyed: bool
) -> None:
    """Stores the hash of a command's body under its id, and in a transaction also the versions of its receipt.

    `carried_out` are the ids of the commands that it carried out, by which their commits are found again.
    Without a caller's key nobody but `dispatch` can ask for it again, and it is deleted after a day. A twin with the
    same body keeps its claim; another body, or a twin that found nothing to change, raises `DuplicateKeyError`, after
    which `dispatch` looks closer.
    """
    session = current().session
    claim: Document = {"_id": f"command:{command_id}", "hash": command_hash, "streams": streams if session else None}
    if inner := list(carried_out):
        claim["carried_out"] = inner
    if not keyed:
        claim["gone_after"] = now() + timedelta(days=1)
    if writes := current().writes:
        writes.claims.append(claim)
        return
    try:
        claims().insert_one(claim, session=session)
    except DuplicateKeyError:
        if session or not claims().find_one({"_id": claim["_id"], "hash": command_hash, "unchanged": None}):
            raise


def claim_unchanged(command_id: UUID, command_hash: str, streams: dict[str, int]) -> None:
    """Stores of a command with a caller's key that it changed nothing, and the versions of its receipt.

    It takes over the claim that a try without a commit has left. Raises `DuplicateKeyError` where the key stands for
    something else by now.
    """
    left = {"_id": f"command:{command_id}", "hash": command_hash, "streams": None}
    claims().update_one(left, {"$set": {"streams": streams, "unchanged": True}}, upsert=True)


def write_down(writes: Writes) -> None:
    """Writes all claims and counts at once.

    Raises `BulkWriteError` for a claim that is taken, and `NotFound` for a guard that does not exist.
    """
    session = current().session
    claims().insert_many(writes.claims, session=session)
    steps = [UpdateOne({"_id": name}, {"$inc": {"count": change}}) for name, change in writes.counts.items()]
    if steps and guards().bulk_write(steps, session=session).matched_count < len(steps):
        raise NotFound("something that was to be counted is not there")
