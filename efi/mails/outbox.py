"""The outbox: mails that are to be written, that wait, and that were sent, each once.

Whoever asks for a mail leaves only what it is about: it is written in the background, so that the answer's time tells
nothing of whether there is anybody to write to. What it says and to whom is kept sealed, and what it says is deleted
once it was sent.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError
from uuid_utils.compat import uuid7

from efi.delivery.forgetting import erases
from efi.log.event_store import now
from efi.log.keys import digest, opened, seal, seal_box
from efi.log.mongo import Document, collection

KEPT_FOR = timedelta(days=90)
ASKED, WAITING, SENT, HELD_BACK, TO_NOBODY, GIVEN_UP = "asked", "waiting", "sent", "held_back", "to_nobody", "given_up"
Write = Callable[[str], "Mail | None"]
MAILS: dict[str, Write] = {}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail as it is written: paragraphs of plain text, of which the HTML is made too."""

    to: str
    subject: str
    text: str
    person: UUID | None = None
    """Whose it is: it cannot be read any more once they are forgotten. Of nobody's only that it was sent is kept."""
    good_for: timedelta = timedelta(days=2)
    """For how long it is of any use."""


def writes(kind: str) -> Callable[[Write], Write]:
    """Registers what writes the mails of a kind, in the background, from what they are about; None writes to nobody.

    It may be called again for the same mail, where the process has died over the first one. Raises `ValueError` for
    a kind that another writes.
    """

    def register(write: Write) -> Write:
        if kind in MAILS:
            raise ValueError(f"mails of the kind {kind} are written already")
        MAILS[kind] = write
        return write

    return register


def outbox() -> Collection[Document]:
    return collection("outbox")


def ensure_indexes() -> None:
    outbox().create_index("gone_after", expireAfterSeconds=0)
    outbox().create_index([("state", 1), ("next_at", 1)])
    outbox().create_index([("asked_at", -1)])


def ask(kind: str, about: object, *, address: str = "", network: str = "", mail_id: UUID | None = None) -> None:
    """Asks for a mail of a kind. Of as many as a `network` asks for an `address` only a few are written.

    `mail_id` is the same where the same mail may be asked for again. It is then written once.
    """
    at, named = now(), mail_id or uuid7()
    asked: Document = {"_id": named, "kind": kind, "about": str(about), "state": ASKED, "tries": 0}
    if address:
        asked |= {"for": digest(address), "from": digest(network)}
    with suppress(DuplicateKeyError):
        outbox().insert_one(asked | {"asked_at": at, "next_at": at, "gone_after": at + KEPT_FOR})


def sealed(mail_id: UUID, mail: Mail) -> Document:
    """Returns the members of a mail's document that only this place can read."""
    to, said = {"to": mail.to}, {"subject": mail.subject, "text": mail.text}
    if mail.person:
        return {
            "person": mail.person,
            "to": seal(mail.person, to, f"outbox/{mail_id}/to"),
            "said": seal(mail.person, said, f"outbox/{mail_id}/said"),
        }
    return {"to": seal_box(to, f"outbox/{mail_id}/to"), "said": seal_box(said, f"outbox/{mail_id}/said")}


def read(document: Document, part: str) -> Any:
    """Returns the `to` or `said` of a document; None where it was deleted, or whose it is forgotten."""
    if part not in document:
        return None
    return opened(document[part], f"outbox/{document['_id']}/{part}")


@erases
def forget(person: UUID) -> None:
    """Deletes all that was ever written to somebody."""
    outbox().delete_many({"person": person})
