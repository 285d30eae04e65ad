"""Proofs of an address: six digits that are sent there, and typed in by whoever can read what is sent there."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from pymongo.collection import Collection
from uuid_utils.compat import uuid7

from efi.domain.errors import NotFound
from efi.log.event_store import now
from efi.log.keys import digest, opened, seal_box
from efi.log.mongo import Document, collection
from efi.writing.unit import current

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6
NO_DIGITS = re.compile(r"\D+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """An address that somebody is to prove, and what they want it for, such as a sign-up."""

    id: UUID
    address: str
    about: Any


def proofs() -> Collection[Document]:
    return collection("proofs")


def ensure_indexes() -> None:
    proofs().create_index("gone_after", expireAfterSeconds=0)
    proofs().create_index([("purpose", 1), ("address", 1)])


def ask(purpose: str, address: str, about: Any = None, *, network: str = "") -> UUID:
    """Begins the proof of a folded address, and returns its id; its code is drawn when the mail is written.

    `about` is kept sealed until the proof is taken or its time is over. Several may be open for one address, each with
    a code of its own. A code is tried by whoever has begun its proof alone, who has the id or is in the same `network`:
    so a stranger neither uses up the tries of somebody else nor has their own sign-up proven by them.
    """
    proof_id: UUID = uuid7()
    kept = seal_box({"address": address, "about": about}, _place(proof_id))
    started = {"purpose": purpose, "address": digest(address), "network": digest(network), "kept": kept, "tries": 0}
    proofs().insert_one({"_id": proof_id, **started, "gone_after": now() + GOOD_FOR})
    return proof_id


def begun(purpose: str, address: str, network: str | None = None) -> list[UUID]:
    """Returns the ids of the open proofs of an address, or of those begun in a network, the newest first."""
    open_ones = {"purpose": purpose, "address": digest(address), "gone_after": {"$gt": now()}}
    there = {} if network is None else {"network": digest(network)}
    return [one["_id"] for one in proofs().find(open_ones | there, {"_id": 1}).sort("_id", -1)]


def look(proof_id: UUID) -> Proof | None:
    """Returns a proof that is still open."""
    found = proofs().find_one({"_id": proof_id, "gone_after": {"$gt": now()}})
    return _opened(found) if found else None


def draw(proof_id: UUID) -> str:
    """Draws the code of a proof, in place of an earlier one, and returns it for the mail.

    Its ten minutes and its five tries begin now.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    drawn = {"code": _digest(proof_id, code), "tries": 0, "gone_after": now() + GOOD_FOR}
    proofs().update_one({"_id": proof_id}, {"$set": drawn})
    return code


def prove(purpose: str, proof_id: UUID, code: str) -> bool:
    """Counts a try of a code, and returns whether it is right for a proof of this purpose."""
    may_be_tried = {"_id": proof_id, "purpose": purpose, "tries": {"$lt": MOST_TRIES}, "gone_after": {"$gt": now()}}
    found = proofs().find_one_and_update(may_be_tried, {"$inc": {"tries": 1}})
    if not found or not compare_digest(found.get("code", ""), _digest(proof_id, NO_DIGITS.sub("", code))):
        return False
    proofs().update_one({"_id": proof_id}, {"$set": {"proven": True}})
    return True


def take(proof_id: UUID) -> Proof:
    """Takes away, in the transaction of the command at work, a proof whose code was typed in.

    Raises `NotFound` where there is none: it was taken, or its time is over.
    """
    proven = {"_id": proof_id, "proven": True, "gone_after": {"$gt": current().context.at}}
    found = proofs().find_one_and_delete(proven, session=current().session)
    if not found:
        raise NotFound("this proof is not there any more", code="proof_is_gone")
    return _opened(found)


def _opened(found: Document) -> Proof:
    kept: Any = opened(found["kept"], _place(found["_id"]))
    return Proof(id=found["_id"], address=kept["address"], about=kept["about"])


def _digest(proof_id: UUID, code: str) -> str:
    return digest(f"{proof_id}:{code}")


def _place(proof_id: UUID) -> str:
    return f"proofs/{proof_id}"
