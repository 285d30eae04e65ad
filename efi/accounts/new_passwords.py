"""Passwords that were chosen and are nobody's yet: a command names one, and never carries it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from pymongo.collection import Collection
from uuid_utils.compat import uuid7

from efi.accounts import links
from efi.domain.errors import NotFound
from efi.log.event_store import now
from efi.log.keys import opened, seal_box
from efi.log.mongo import Document, collection
from efi.writing.unit import current

KEPT_FOR = timedelta(minutes=10)


def new_passwords() -> Collection[Document]:
    return collection("new_passwords")


def ensure_indexes() -> None:
    new_passwords().create_index("gone_after", expireAfterSeconds=0)


def leave(password: str, link: str = "") -> UUID:
    """Leaves the hash of a password for the command that is given next, and returns the id by which it is taken.

    `link`: the key of the link by which it was chosen, which is taken with it.
    """
    left: UUID = uuid7()
    kept = seal_box(make_password(password), _place(left))
    new_passwords().insert_one({"_id": left, "kept": kept, "link": link, "gone_after": now() + KEPT_FOR})
    return left


def take(left: UUID) -> str:
    """Takes the hash of a password away, with its link, in the transaction of the command at work.

    Raises `NotFound` where either is not there any more.
    """
    found = new_passwords().find_one_and_delete({"_id": left}, session=current().session)
    if not found:
        raise NotFound("this password is not there any more", code="password_is_gone")
    if found["link"]:
        links.take(found["link"], current().session)
    kept: Any = opened(found["kept"], _place(left))
    return str(kept)


def _place(left: UUID) -> str:
    return f"new_passwords/{left}"
