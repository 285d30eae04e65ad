"""Links that are good once: a page that changes nothing when it is opened, and acts when its form is sent.

Programs that look at mails open what is in them, so that opening must not count.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from pymongo.collection import Collection

from efi.delivery.forgetting import erases
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
    links().insert_one({"_id": _key(purpose, token), **about})
    return token


def find(purpose: str, token: str) -> Link | None:
    """Returns what a link is good for, and leaves it as it is."""
    return _link(links().find_one({"_id": _key(purpose, token), "gone_after": {"$gt": now()}}))


def use(purpose: str, token: str) -> Link | None:
    """Takes a link away and returns what it was good for; of six at once one gets it."""
    return _link(links().find_one_and_delete({"_id": _key(purpose, token), "gone_after": {"$gt": now()}}))


@erases
def void(account: UUID) -> None:
    """Takes away all links of an account."""
    links().delete_many({"account": account})


def address_of(path: str) -> str:
    """Returns the whole address of a page, under the name in the settings and never under one that a caller sent."""
    return f"{settings.EFI_PUBLIC_URL}{path}"


def _key(purpose: str, token: str) -> str:
    return digest(f"{purpose}:{token}")


def _link(found: Document | None) -> Link | None:
    return Link(account=found["account"], name=found["name"]) if found else None
