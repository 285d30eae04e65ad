"""Writes the mails that were asked for, and sends them: claimed before, with pauses that grow where that fails."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from pymongo import ReturnDocument

from efi.accounts import once
from efi.accounts.once import Slots
from efi.delivery.forgetting import erases
from efi.delivery.schedule import apart, every, stopping
from efi.log.keys import digests_of
from efi.log.mongo import Document
from efi.mails.outbox import (
    ASKED,
    GIVEN_UP,
    HELD_BACK,
    MAILS,
    SENT,
    TO_NOBODY,
    WAITING,
    Mail,
    outbox,
    read,
    sealed,
)

LEASE = timedelta(minutes=1)
"""For how long nobody else takes up a mail: longer than a mail server may take."""
MOST_TRIES = 12
LONGEST_PAUSE = timedelta(hours=6)
MOST_AN_HOUR, MOST_A_DAY = 3, 20
"""Of a kind that are written to one address: asked for from one network, and from all of them."""
logger = logging.getLogger(__name__)


@erases
def forget_how_many(person: UUID) -> None:
    """Deletes how many mails were asked for at the addresses of somebody who is forgotten."""
    for known_as in digests_of(person):
        once.give_back_all(f"mails:{known_as}:", f"mails_of_all:{known_as}:")


@every(timedelta(seconds=1))
def send_mails(at: datetime) -> None:
    """Writes and sends what is due; of several processes that do so at once, each mail is one's."""
    for asked in _due(ASKED, at):
        with apart("send_mails", str(asked["_id"])):
            _write(asked, at)
    for waiting in _due(WAITING, at):
        with apart("send_mails", str(waiting["_id"])):
            _send(waiting, at)


def _due(state: str, at: datetime) -> Iterator[Document]:
    """Yields the mails of a state that are due, each claimed for a while."""
    due = {"state": state, "next_at": {"$lte": at}}
    claim = {"$set": {"next_at": at + LEASE}, "$inc": {"tries": 1}}
    while not stopping.is_set():
        found = outbox().find_one_and_update(due, claim, sort=[("next_at", 1)], return_document=ReturnDocument.AFTER)
        if not found:
            return
        yield found


def _write(asked: Document, at: datetime) -> None:
    if asked["tries"] > MOST_TRIES:
        _end(asked, GIVEN_UP)
    elif "for" in asked and not _may_be_written(asked):
        _end(asked, HELD_BACK)
    elif mail := MAILS[asked["kind"]](asked["about"]):
        until = at + mail.good_for
        waits = {"state": WAITING, "tries": 0, "next_at": at, "until": until, **sealed(asked["_id"], mail)}
        outbox().update_one({"_id": asked["_id"], "state": ASKED}, {"$set": waits})
    else:
        _end(asked, TO_NOBODY)


def _may_be_written(asked: Document) -> bool:
    """Takes a slot of the address for mails of this kind; returns whether there was one left.

    Whoever asks elsewhere, and for mails of other kinds, uses up none of the few that a network has.
    """
    who = f"{asked['for']}:{asked['kind']}"
    narrow, wide = once.slots(
        Slots(purpose="mails", who=f"{who}:{asked['from']}", most=MOST_AN_HOUR, lasts=timedelta(hours=1)),
        Slots(purpose="mails_of_all", who=who, most=MOST_A_DAY, lasts=timedelta(days=1)),
    )
    if narrow and wide:
        return True
    once.give_back(*(name for name in (narrow, wide) if name))
    return False


def _send(waiting: Document, at: datetime) -> None:
    to, said = read(waiting, "to"), read(waiting, "said")
    if not to or not said or at > waiting["until"] or waiting["tries"] > MOST_TRIES:
        _end(waiting, GIVEN_UP)
        return
    try:
        message(waiting["_id"], Mail(to=to["to"], **said)).send()
    except (OSError, SMTPException) as error:
        logger.warning("a mail of the kind %s was not sent and will be: %s", waiting["kind"], type(error).__name__)
        pause = min(timedelta(seconds=15) * 2 ** waiting["tries"], LONGEST_PAUSE)
        outbox().update_one({"_id": waiting["_id"]}, {"$set": {"next_at": at + pause}})
    else:
        _end(waiting, SENT, sent_at=at)


def _end(document: Document, state: str, **about: object) -> None:
    """Ends a mail: what it says is deleted, and to whom it went too, unless it goes when they are forgotten."""
    gone = {"said": "", "about": "", "for": "", "from": ""} | ({} if document.get("person") else {"to": ""})
    outbox().update_one({"_id": document["_id"]}, {"$set": {"state": state, **about}, "$unset": gone})


def message(mail_id: UUID, mail: Mail) -> EmailMultiAlternatives:
    """Returns a mail as it is sent, as plain text and as HTML, with an id that it keeps when it is sent again."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {"Message-ID": f"<{mail_id}@{host}>", "Auto-Submitted": "auto-generated"}
    made = EmailMultiAlternatives(
        mail.subject, f"{mail.text}\n\n-- \nElias Food Imports\n", to=[mail.to], headers=headers
    )
    made.attach_alternative(render_to_string("efi/mail.html", {"mail": mail}), "text/html")
    return made
