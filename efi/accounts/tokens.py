"""Tokens for programs: named, shown once, with an end, and with a note of when each was last used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.dispatch import Signal
from knox.models import AuthToken
from pymongo.collection import Collection

from efi.domain.errors import Rejected
from efi.log import keys
from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.models import User

MOST = 20
"""Tokens of one account at once."""
LONGEST_NAME = 200
CONFIRMED = "confirmed_at"
"""When the password was given by whoever holds a token."""
made = Signal()
"""Sent with an `account_id` when a token is made."""
TOUCHED_EVERY = timedelta(minutes=1)
_touched: dict[str, datetime] = {}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A token as its owner sees it; one made before tokens had names has none."""

    id: str
    name: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    current: bool


def notes() -> Collection[Document]:
    """Returns the collection with what is known of tokens besides what opens: by digest, name and last use."""
    return collection("token_notes")


def why_not(account_id: UUID, name: str) -> str:
    """Returns why an account may not have another token of this name, or ""."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return f"a token needs a name of up to {LONGEST_NAME} characters"
    return f"{MOST} tokens are enough: end one first" if count(account_id) >= MOST else ""


def make(account: Any, name: str, *, days: int | None = None, confirmed: bool = False) -> tuple[str, Listed]:
    """Makes a token for an account; returns it, which nobody is told again, and how it is listed.

    `confirmed`: whether the password was given for it, and not to who makes it beside others. Raises `Rejected` where
    the account has been switched off, or has another password, since it was looked up.
    """
    row, token = AuthToken.objects.create(account, expiry=timedelta(days=days or settings.EFI_TOKEN_DAYS))
    if not _count_one_made(account):
        row.delete()
        raise Rejected("the password was changed meanwhile: sign in again", code="token")
    sealed = keys.seal(account.pk, name, _place(row.digest))
    noted = {"_id": row.digest, "account": account.pk, "name": sealed, **({CONFIRMED: now()} if confirmed else {})}
    notes().insert_one(noted)
    made.send(sender=None, account_id=account.pk)
    return token, _listed(row, noted)


def of(account_id: UUID, current: Any = None) -> list[Listed]:
    """Returns the account's tokens that have not ended, the newest first."""
    rows = list(_live(account_id).order_by("-created"))
    noted = {one["_id"]: one for one in notes().find({"_id": {"$in": [row.digest for row in rows]}})}
    return [_listed(row, noted.get(row.digest, {}), current) for row in rows]


def count(account_id: UUID) -> int:
    return int(_live(account_id).count())


def end(account_id: UUID, token_id: str) -> bool:
    """Ends one of an account's tokens; returns whether there was one of this id."""
    found = [row.digest for row in AuthToken.objects.filter(user_id=account_id) if _id_of(row.digest) == token_id]
    deleted, _ = AuthToken.objects.filter(pk__in=found).delete()
    notes().delete_many({"_id": {"$in": found}})
    return bool(deleted)


def end_all(account_id: UUID, *, but: Any = None) -> None:
    """Ends all tokens of an account, or all but this one; what was noted of them goes with what has ended."""
    AuthToken.objects.filter(user_id=account_id).exclude(pk=but.digest if but else "").delete()


def note_use(token: Any) -> None:
    """Notes that a token is used, once a minute at most by each process."""
    at = now()
    if at - _touched.get(token.digest, at - timedelta(days=1)) > TOUCHED_EVERY:
        if len(_touched) > 10_000:
            _touched.clear()
        _touched[token.digest] = at
        known = {"$set": {"last_used_at": at}, "$setOnInsert": {"account": token.user_id}}
        notes().update_one({"_id": token.digest}, known, upsert=True)


def forget_ended(at: datetime) -> None:
    """Takes away the tokens that have ended, and what was noted of tokens that are no more."""
    AuthToken.objects.filter(expiry__lt=at).delete()
    noted = [one["_id"] for one in notes().find({}, {"_id": 1})]
    kept = set(AuthToken.objects.filter(pk__in=noted).values_list("pk", flat=True))
    notes().delete_many({"_id": {"$in": [digest for digest in noted if digest not in kept]}})


def _count_one_made(account: Any) -> bool:
    """Writes to the row of an account that is as it was looked up; returns whether it still is.

    Whoever changes the password writes to that row too, and ends what tokens there are: they come before and the row
    is another, or after and see the token.
    """
    as_it_was = User.objects.filter(pk=account.pk, password=account.password, is_active=True)
    return bool(as_it_was.update(tokens_made=F("tokens_made") + 1))


def _live(account_id: UUID) -> Any:
    return AuthToken.objects.filter(Q(expiry__isnull=True) | Q(expiry__gt=now()), user_id=account_id)


def _listed(row: Any, noted: Document, current: Any = None) -> Listed:
    name: Any = keys.opened(noted["name"], _place(row.digest)) if "name" in noted else None
    return Listed(
        id=_id_of(row.digest),
        name=name,
        created_at=row.created,
        expires_at=row.expiry,
        last_used_at=noted.get("last_used_at"),
        current=bool(current and current.digest == row.digest),
    )


def _id_of(digest: str) -> str:
    """Returns what stands for a token where it is listed."""
    return keys.digest(f"token:{digest}")[:32]


def _place(digest: str) -> str:
    return f"token:{digest[:32]}"
