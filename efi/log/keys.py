"""The ring of keys: what is personal lies in the store under a key of its person, and goes with that key."""

import base64
import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from django.conf import settings
from pymongo import collection as stores
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from efi.domain.errors import Rejected
from efi.log import master_keys
from efi.log.mongo import Document, collection

MARK = "\x00sealed:"
"""What sealed texts begin with; no text that a caller sends holds a NUL."""
INSTALLATION = "installation"
LENGTH, NONCE = 32, 12
BELIEVED = 1.0
"""Seconds for which a process goes on with the key of somebody who may have been forgotten."""


HELD_OF_PEOPLE: list[Callable[[], object]] = []
"""What lets go of all else that a process holds of people."""


class Ring:
    """The keys that this process has just used, for a second. They go by themselves, also where nobody asks again."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], bytes | None] = {}
        self._clearing: threading.Timer | None = None
        self._lock = threading.Lock()

    def get(self, owner: str) -> bytes | None:
        """Returns a key; None where there is none, or it is gone as its person is forgotten."""
        place = settings.MONGODB_NAME, owner
        if place not in (held := self._held):
            held = self.load([owner])
        return held.get(place)

    def load(self, owners: Iterable[str]) -> dict[tuple[str, str], bytes | None]:
        """Reads keys that are to be used soon, in one request; returns all that are held."""
        wanted = {owner for owner in owners if (settings.MONGODB_NAME, owner) not in self._held}
        if wanted:
            known = master_keys.master_keys()
            found = person_keys().find({"_id": {"$in": sorted(wanted)}})
            # What is not there is not remembered: it may be made in the next moment, by another process.
            return self._hold({(settings.MONGODB_NAME, one["_id"]): _unwrapped(one, known) for one in found})
        return self._held

    def clear(self) -> None:
        """Lets go of the keys, and of whatever else is held of people."""
        with self._lock:
            self._held, self._clearing = {}, None
        for let_go in HELD_OF_PEOPLE:
            let_go()

    def clear_soon(self) -> None:
        """Has all that is held of people let go within a second."""
        with self._lock:
            self._begin_to_clear()

    def _hold(self, keys: dict[tuple[str, str], bytes | None]) -> dict[tuple[str, str], bytes | None]:
        with self._lock:
            self._held = held = {**self._held, **keys}
            self._begin_to_clear()
        return held

    def _begin_to_clear(self) -> None:
        if self._clearing is None:
            self._clearing = threading.Timer(BELIEVED, self.clear)
            self._clearing.daemon = True
            self._clearing.start()


ring = Ring()


def _begin_anew() -> None:
    """Begins with an empty ring in a process that has parted, as another thread may have held the lock."""
    ring.__init__()  # type: ignore[misc]
    ring.clear()


os.register_at_fork(after_in_child=_begin_anew)


def ensure_indexes() -> None:
    person_keys().create_index("to_erase", sparse=True)


def person_keys() -> stores.Collection[Document]:
    """Returns the collection with a wrapped key for each person, or with the moment at which they were forgotten."""
    return collection("person_keys")


def digest(text: str) -> str:
    """Returns a digest that only this installation can make, in hex: for what must be found and not be read."""
    return hmac.new(_must_have(INSTALLATION), text.encode(), hashlib.sha256).hexdigest()


def seal(person: UUID, value: object, place: str) -> str:
    """Returns a JSON value as a text that can be read at this place alone, until its person is forgotten.

    Raises `Rejected` where they are forgotten already.
    """
    return sealer(str(person))(value, place)


def sealer(owner: str) -> Callable[[object, str], str]:
    """Returns a function that seals values as `seal` does, its key looked up once; raises as `seal` does."""
    cipher = AESGCM(_must_have(owner))

    def sealed(value: object, place: str) -> str:
        nonce = os.urandom(NONCE)
        shut = cipher.encrypt(nonce, orjson.dumps(value), f"{owner} {place}".encode())
        return f"{MARK}{owner}:{base64.b64encode(nonce + shut).decode()}"

    return sealed


def opened(sealed: str, place: str) -> object:
    """Returns what was sealed for this place; None where its person is forgotten.

    Raises `cryptography.exceptions.InvalidTag` for what was sealed for another place, or changed.
    """
    owner, _, text = sealed.removeprefix(MARK).partition(":")
    if not (key := ring.get(owner)):
        return None
    raw = base64.b64decode(text)
    return orjson.loads(AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], f"{owner} {place}".encode()))


def seal_box(value: object, place: str) -> str:
    """Seals under the key of the installation what is of nobody who could be forgotten, yet."""
    return sealer(INSTALLATION)(value, place)


def is_sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith(MARK)


def person_of(sealed: str) -> str:
    """Returns the id of the person under whose key a text is sealed."""
    return sealed.removeprefix(MARK).partition(":")[0]


def forget(person: UUID, at: datetime, session: ClientSession | None = None, *, digests: Collection[str] = ()) -> None:
    """Takes somebody's key away for good, and has erased what shows them. Every process notices within a second.

    `digests`: by what else they are known than by their id, such as the digests of their addresses. They are kept
    until all is erased.
    """
    gone: Document = {"$set": {"forgotten_at": at, "to_erase": True}, "$unset": {"wrapped": "", "under": ""}}
    if digests:
        gone["$addToSet"] = {"digests": {"$each": sorted(digests)}}
    person_keys().update_one({"_id": str(person)}, gone, upsert=True, session=session)
    ring.clear()


def digests_of(person: UUID) -> list[str]:
    """Returns by which digests somebody was known who is being erased."""
    return list((person_keys().find_one({"_id": str(person)}, {"digests": 1}) or {}).get("digests", ()))


def has_key(person: UUID) -> bool:
    return person_keys().find_one({"_id": str(person), "wrapped": {"$exists": True}}, {"_id": 1}) is not None


def rewrap() -> int:
    """Wraps every key under the first master key that is under another; returns how many those were."""
    keys, changed = master_keys.master_keys(), 0
    name, first = next(iter(keys.items()))
    for one in person_keys().find({"wrapped": {"$exists": True}, "under": {"$ne": name}}):
        wrapped = aes_key_wrap(first, _unwrapped(one, keys) or b"")
        still = {"_id": one["_id"], "wrapped": one["wrapped"]}
        changed += person_keys().update_one(still, {"$set": {"wrapped": wrapped, "under": name}}).modified_count
    return changed


def _must_have(owner: str) -> bytes:
    """Returns a key, which is made where there is none: outside of any transaction, so that none can take it back."""
    if key := ring.get(owner):
        return key
    name, first = next(iter(master_keys.master_keys().items()))
    with suppress(DuplicateKeyError):
        person_keys().insert_one({"_id": owner, "wrapped": aes_key_wrap(first, os.urandom(LENGTH)), "under": name})
    ring.clear()
    if not (made := ring.get(owner)):
        raise Rejected("this person is forgotten", code="forgotten")
    return made


def _unwrapped(one: Document, known: dict[str, bytes]) -> bytes | None:
    if "wrapped" not in one:
        return None
    if one["under"] not in known:
        raise LookupError(f"the master key {one['under']} is missing, under which keys of people were wrapped")
    return bytes(aes_key_unwrap(known[one["under"]], bytes(one["wrapped"])))
