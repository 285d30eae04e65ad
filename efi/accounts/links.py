"""Links that are good once: a page that changes nothing when it is opened, and acts when its form is sent.

Programs that look at mails open what is in them, so that opening must not count.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from efi.domain.errors import NotFound
from efi.log.event_store import now
from efi.log.keys import digest
from efi.log.mongo import Document, collection

GOOD_FOR = timedelta(hours=1)
BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a link is good for: one account, for as long as it has the name that it had then."""

    account: UUID
    name: str
    """The digest of what the account's row was called, and so of its address."""

    def is_for(self, name: str) -> bool:
        return self.name == digest(name)


def links() -> Collection[Document]:
    return collection("links")


def ensure_indexes() -> None:
    links().create_index("gone_after", expireAfterSeconds=0)
    links().create_index("account")


def make(purpose: str, account: UUID, name: str, *, lasts: timedelta = GOOD_FOR) -> str:
    """Makes a link for an account whose row is called so, and returns its token, of which a digest is kept alone."""
    token = secrets.token_urlsafe(BYTES)
    about = {"account": account, "name": digest(name), "gone_after": now() + lasts}
    links().insert_one({"_id": key_of(purpose, token), **about})
    return token


def find(purpose: str, token: str) -> Link | None:
    """Returns what a link is good for, and leaves it as it is."""
    found = links().find_one({"_id": key_of(purpose, token), "gone_after": {"$gt": now()}})
    return Link(account=found["account"], name=found["name"]) if found else None


def take(key: str, session: ClientSession | None = None) -> None:
    """Takes a link away, by its key, in the transaction of what it is taken for; raises `NotFound` where it is over."""
    if not links().delete_one({"_id": key, "gone_after": {"$gt": now()}}, session=session).deleted_count:
        raise NotFound("this link is over", code="link_is_over")


def void(account: UUID) -> None:
    """Takes away all links of an account."""
    links().delete_many({"account": account})


def address_of(path: str) -> str:
    """Returns the whole address of a page, under the name in the settings and never under one that a caller sent."""
    return f"{settings.EFI_PUBLIC_URL}{path}"


def key_of(purpose: str, token: str) -> str:
    """Returns by what a link is kept, of which nobody makes the link."""
    return digest(f"{purpose}:{token}")
