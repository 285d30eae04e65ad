"""Ends what opens an account elsewhere, and takes away what has ended: sessions, tokens, all of a forgotten person."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from efi.accounts import links, lockout, recent, second_factor, sessions, tokens
from efi.accounts.sessions import SessionStore
from efi.delivery.forgetting import erases
from efi.delivery.schedule import every


@every(timedelta(hours=1), first=timedelta(minutes=5))
def forget_what_has_ended(at: datetime) -> None:
    """Deletes sessions and tokens whose time is over; none of them opens anything any more."""
    SessionStore.clear_expired()
    tokens.forget_ended(at)


def end_others(request: Any) -> None:
    """Ends all sessions and tokens of the account that asks, but the one that it asks by."""
    sessions.end_all(request.user.pk, but=request.session.session_key)
    tokens.end_all(request.user.pk, but=getattr(request, "auth", None))


@erases
def erase(account_id: UUID) -> None:
    """Deletes the sessions, tokens, links and second factor of somebody who is forgotten."""
    sessions.end_all(account_id)
    tokens.end_all(account_id)
    tokens.notes().delete_many({"account": account_id})
    links.void(account_id)
    second_factor.remove(account_id)
    lockout.forget(recent.door_of(account_id))
