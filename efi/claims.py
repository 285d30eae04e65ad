"""What must be unique, and what a rule needs to know of a stream that its command does not append to."""

from datetime import timedelta
from uuid import UUID

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from efi.errors import Rejected
from efi.event_store import now
from efi.mongo import Document, collection
from efi.unit import current


def claims() -> Collection[Document]:
    return collection("claims")


def guards() -> Collection[Document]:
    return collection("guards")


def take(claim: str, taken: str) -> None:
    """Claims a value in the command's transaction; raises `Rejected`, saying `taken`, where it is another's."""
    if claims().find_one({"_id": claim}, session=current().session):
        raise Rejected(taken, code="taken")
    claims().insert_one({"_id": claim, "command_id": current().context.command_id}, session=current().session)


def guard(name: str) -> Document | None:
    """What both sides of a rule know, as this transaction sees it."""
    return guards().find_one({"_id": name}, session=current().session)


def raise_guard(name: str) -> None:
    """Begins a guard, with nothing counted."""
    guards().insert_one({"_id": name, "count": 0}, session=current().session)


def count(name: str, change: int) -> bool:
    """Adds to a guard's count; of two commands at once, one must try again. False: there is no such guard."""
    return bool(
        guards().update_one({"_id": name}, {"$inc": {"count": change}}, session=current().session).matched_count
    )


def drop_guard(name: str) -> None:
    guards().delete_one({"_id": name}, session=current().session)


def ensure_indexes() -> None:
    claims().create_index("gone_after", expireAfterSeconds=0)


def claim_command(command_id: UUID, command_hash: str, streams: dict[str, int], *, keyed: bool) -> None:
    """Leaves the hash of a command's body under its id; in a transaction, its receipt too.

    Without a caller's key nobody but `dispatch` itself can ask for it again, and it goes after a day.

    A twin's claim is left alone; that of another body raises `DuplicateKeyError`, after which `dispatch` looks closer.
    """
    session = current().session
    claim: Document = {"_id": f"command:{command_id}", "hash": command_hash, "streams": streams if session else None}
    if not keyed:
        claim["gone_after"] = now() + timedelta(days=1)
    try:
        claims().insert_one(claim, session=session)
    except DuplicateKeyError:
        if session or not claims().find_one({"_id": claim["_id"], "hash": command_hash}):
            raise
