"""Takes away what has ended: sessions that are over, tokens, and what was noted of them."""

from datetime import datetime, timedelta

from efi.accounts import tokens
from efi.accounts.sessions import SessionStore
from efi.delivery.schedule import every


@every(timedelta(hours=1), first=timedelta(minutes=5))
def forget_what_has_ended(at: datetime) -> None:
    """Deletes sessions and tokens whose time is over; none of them opens anything any more."""
    SessionStore.clear_expired()
    tokens.forget_ended(at)
