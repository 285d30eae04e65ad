"""Takes away what has ended: sessions that are over, tokens, what was noted of them, and all of a forgotten person."""

from datetime import datetime, timedelta
from uuid import UUID

from knox.models import AuthToken

from efi.accounts import lockout, recent, second_factor, sessions, tokens
from efi.accounts.sessions import SessionStore
from efi.delivery.forgetting import erases
from efi.delivery.schedule import every


@every(timedelta(hours=1), first=timedelta(minutes=5))
def forget_what_has_ended(at: datetime) -> None:
    """Deletes sessions and tokens whose time is over; none of them opens anything any more."""
    SessionStore.clear_expired()
    tokens.forget_ended(at)


@erases
def erase(account_id: UUID) -> None:
    """Deletes the sessions, tokens and second factor of somebody who is forgotten."""
    sessions.end_all(account_id)
    AuthToken.objects.filter(user_id=account_id).delete()
    tokens.notes().delete_many({"account": account_id})
    second_factor.remove(account_id)
    lockout.forget(recent.door_of(account_id))
