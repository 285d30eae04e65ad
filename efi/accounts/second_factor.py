"""The second factor: codes of six digits by the clock (RFC 6238), and codes for the day when the phone is lost.

MongoDB takes a code away in the write that finds it, so that of several at once one counts.
"""

import base64
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django.dispatch import Signal
from django_otp.oath import TOTP
from pymongo.collection import Collection

from efi.log import keys
from efi.log.event_store import now
from efi.log.mongo import Document, collection

STEP = 30
TOLERANCE = 1
"""How many steps a clock may be off, each way."""
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for another: 16 of these are 79 bits."""
TO_BEGIN = timedelta(minutes=30)
ISSUER = "Elias Food Imports"
changed = Signal()
"""Sent with an `account_id` when a factor is on, off, or has other recovery codes."""


def factors() -> Collection[Document]:
    """Returns the collection with one document for each account that has a second factor, or has begun to set one up.

    Its secrets are boxed and its recovery codes are keyed digests.
    """
    return collection("second_factors")


def is_on(account: Any) -> bool:
    return factors().find_one({"_id": account.pk, "secret": {"$exists": True}}, {"_id": 1}) is not None


def since(account: Any) -> datetime | None:
    """Returns when the account's second factor was set up; None where there is none."""
    found = factors().find_one({"_id": account.pk, "secret": {"$exists": True}}, {"since": 1})
    return found["since"] if found else None


def note_password(account_id: UUID, *, short: bool) -> None:
    """Notes whether an account's password is so short that it needs the factor beside it."""
    factors().update_one({"_id": account_id, "secret": {"$exists": True}}, {"$set": {"short_password": short}})


def is_needed_by_password(account: Any) -> bool:
    return factors().find_one({"_id": account.pk, "short_password": True}, {"_id": 1}) is not None


def accepts(account: Any, code: str) -> bool:
    """Tells whether a code is the account's, from its app or for recovery, and uses it up."""
    typed = "".join(code.split()).replace("-", "").lower()
    if typed.isascii() and typed.isdigit() and len(typed) == 6:
        return _accepts_step(account.pk, typed)
    return _accepts_recovery(account.pk, typed)


def begin(account: Any) -> str:
    """Draws a secret that is the account's factor once a code of it is given; returns it as apps read it (base32).

    A secret that was begun less than half an hour ago is given again, so that a page may be loaded twice.
    """
    kept = factors().find_one({"_id": account.pk}) or {}
    if kept.get("begun") and kept["begun_at"] > now() - TO_BEGIN:
        return str(keys.opened(kept["begun"], _place(account.pk)))
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    begun = {"begun": keys.seal_box(secret, _place(account.pk)), "begun_at": now()}
    factors().update_one({"_id": account.pk}, {"$set": begun}, upsert=True)
    return secret


def switch_on(account: Any, code: str) -> list[str] | None:
    """Makes what was begun the account's factor if the code is of it; returns its recovery codes, or else None.

    A factor that there was before is replaced, with its recovery codes.
    """
    kept = factors().find_one({"_id": account.pk, "begun_at": {"$gt": now() - TO_BEGIN}})
    typed = "".join(code.split())
    if kept is None or not kept.get("begun"):
        return None
    secret = str(keys.opened(kept["begun"], _place(account.pk)))
    step = next((step for step in _steps() if _code(secret, step) == typed), None)
    if step is None:
        return None
    drawn = [_drawn() for _ in range(RECOVERY_CODES)]
    on = {"secret": kept["begun"], "since": now(), "last_step": step, "recovery": _digests(account.pk, drawn)}
    done = factors().update_one(
        {"_id": account.pk, "begun": kept["begun"]}, {"$set": on, "$unset": {"begun": 1, "begun_at": 1}}
    )
    if not done.modified_count:
        return None
    changed.send(sender=None, account_id=account.pk)
    return drawn


def new_recovery_codes(account: Any) -> list[str]:
    """Draws recovery codes in place of those that there were; they are told once."""
    drawn = [_drawn() for _ in range(RECOVERY_CODES)]
    factors().update_one(
        {"_id": account.pk, "secret": {"$exists": True}}, {"$set": {"recovery": _digests(account.pk, drawn)}}
    )
    changed.send(sender=None, account_id=account.pk)
    return drawn


def recovery_codes_left(account: Any) -> int:
    found = factors().find_one({"_id": account.pk}, {"recovery": 1}) or {}
    return len(found.get("recovery", ()))


def remove(account_id: UUID) -> bool:
    """Takes an account's factor away; returns whether there was one."""
    there_was = bool(factors().delete_one({"_id": account_id}).deleted_count)
    if there_was:
        changed.send(sender=None, account_id=account_id)
    return there_was


def uri(account_name: str, secret: str) -> str:
    """Returns the address that apps read from a QR code; it names nobody but the account as its owner knows it."""
    issuer = quote(ISSUER)
    return f"otpauth://totp/{issuer}:{quote(account_name)}?secret={secret}&issuer={issuer}"


def picture(address: str) -> str:
    """Returns a QR code as SVG, without a script, to stand in a page."""
    made: str = segno.make(address, error="m").svg_inline(scale=5, border=3, light="#fff", omitsize=True)
    return made


def _accepts_step(account_id: UUID, typed: str) -> bool:
    kept = factors().find_one({"_id": account_id, "secret": {"$exists": True}})
    if kept is None:
        return False
    secret = str(keys.opened(kept["secret"], _place(account_id)))
    found = [step for step in _steps() if secrets.compare_digest(_code(secret, step), typed)]
    return any(
        factors()
        .update_one({"_id": account_id, "last_step": {"$lt": step}}, {"$set": {"last_step": step}})
        .modified_count
        for step in found
    )


def _accepts_recovery(account_id: UUID, typed: str) -> bool:
    [digest] = _digests(account_id, [typed])
    taken = factors().update_one({"_id": account_id, "recovery": digest}, {"$pull": {"recovery": digest}})
    return bool(taken.modified_count)


def _steps() -> Iterator[int]:
    at = int(now().timestamp()) // STEP
    return iter(range(at - TOLERANCE, at + TOLERANCE + 1))


def _code(secret: str, step: int) -> str:
    clock = TOTP(base64.b32decode(secret), STEP)
    clock.time = step * STEP
    return f"{clock.token():06d}"


def _drawn() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _digests(account_id: UUID, codes: list[str]) -> list[str]:
    return [keys.digest(f"recovery:{account_id}:{code.replace('-', '')}") for code in codes]


def _place(account_id: UUID) -> str:
    return f"second_factor:{account_id}"
