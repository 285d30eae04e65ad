"""Notices of alerts, sent by mail and to a webhook, each once."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from smtplib import SMTPException
from urllib.request import Request, urlopen

import orjson
from django.conf import settings
from django.core.mail import send_mail

from efi.log.mongo import Document
from efi.operations.monitoring.alerts import RULES, alerts

LEASE = timedelta(seconds=60)
WEBHOOK_TIMEOUT = 5.0
"""Seconds."""
TITLES = {rule.name: rule.title for rule in RULES}
logger = logging.getLogger(__name__)


def channels() -> tuple[str, ...]:
    """Returns the channels that have an address: mail, webhook."""
    named = {"mail": settings.EFI_ALERT_MAIL, "webhook": settings.EFI_ALERT_WEBHOOK}
    return tuple(channel for channel, address in named.items() if address)


def send(at: datetime) -> None:
    """Sends the notices that wait, in order; a channel that cannot be reached is tried again the next time."""
    _drop_notices_of_closed_channels()
    unreachable: set[str] = set()
    for name in TITLES:
        owing = {"_id": name, "owed": {"$ne": []}, "lease": {"$not": {"$gt": at}}}
        if alert := alerts().find_one_and_update(owing, {"$set": {"lease": at + LEASE}}):
            for notice in alert["owed"]:
                if notice["channel"] not in unreachable and not _sent(name, notice):
                    unreachable.add(notice["channel"])
            alerts().update_one({"_id": name}, {"$set": {"lease": None}})


def _drop_notices_of_closed_channels() -> None:
    """Drops the notices to channels that have no address any more."""
    closed = {"channel": {"$nin": channels()}}
    alerts().update_many({"owed": {"$elemMatch": closed}}, {"$pull": {"owed": closed}})


def _sent(name: str, notice: Document) -> bool:
    try:
        SENDERS[notice["channel"]](name, notice)
    except (OSError, HTTPException, SMTPException) as error:
        logger.warning("the %s about %s was not sent and will be: %r", notice["channel"], name, error)
        return False
    alerts().update_one({"_id": name}, {"$pull": {"owed": notice}, "$set": {"told": notice["at"]}})
    return True


def _mail(name: str, notice: Document) -> None:
    subject = f"[efi] {notice['state']}: {TITLES[name]}"
    since = f"{name} is {notice['state']} since {notice['at']:%Y-%m-%d %H:%M:%S} UTC, at {notice['value']:g}."
    said = f"{TITLES[name]}\n\n{since}\n\nWhat to do is in docs/operations.md, under the name of the alert.\n"
    send_mail(subject, said, None, settings.EFI_ALERT_MAIL)


def _webhook(name: str, notice: Document) -> None:
    body = orjson.dumps(
        {"alert": name, "title": TITLES[name]} | {about: notice[about] for about in ("state", "value", "at")}
    )
    headers = {"Content-Type": "application/json"}
    if settings.EFI_ALERT_SECRET:
        headers["X-EFI-Signature"] = signature(settings.EFI_ALERT_SECRET, body)
    request = Request(settings.EFI_ALERT_WEBHOOK, body, headers)  # noqa: S310 - settings take http and https alone
    urlopen(request, timeout=WEBHOOK_TIMEOUT).close()  # noqa: S310


def signature(secret: str, body: bytes) -> str:
    """Signs the body of a webhook's request, so that its receiver knows who sent it."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


SENDERS: dict[str, Callable[[str, Document], None]] = {"mail": _mail, "webhook": _webhook}
