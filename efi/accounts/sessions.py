"""Sessions: kept by account, so that they can be listed and ended, and over after a time of idleness or at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from efi.log import keys
from efi.log.event_store import now
from efi.models import Session

SINCE, STAFF, ABOUT = "since", "is_staff", "about"
LONGEST_DEVICE = 80
# Each pretends to be those after it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A session as its owner sees it: `device` and `network` are None where nothing is known of them."""

    id: str
    since: datetime
    seen_at: datetime
    device: str | None
    network: str | None
    current: bool


class SessionStore(db.SessionStore):
    """Keeps sessions in MongoDB through Django's model, each with its account and when it was last seen."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """Returns what the session holds: nothing once it is over, be it by idleness or by age."""
        row = self._get_session_from_db()  # type: ignore[attr-defined] # the stubs lack it
        held: dict[str, Any] = self.decode(row.session_data) if row else {}
        if row is None or SESSION_KEY not in held:
            return held
        at = now()
        if is_over(held, row.seen_at, at):
            self.delete()
            self._session_key = None
            return {}
        if row.seen_at is None or at - row.seen_at > TOUCHED_EVERY:
            Session.objects.filter(pk=row.pk).update(seen_at=at)
        return held

    def cycle_key(self) -> None:
        """Has the session go on under a new key; one that has none yet draws it when it is saved, once."""
        if self.session_key is None:
            self.modified = True
        else:
            super().cycle_key()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Any = super().create_model_instance(data)
        if SESSION_KEY in data:
            data.setdefault(SINCE, now().timestamp())
            made.session_data = self.encode(data)
            made.account, made.seen_at = UUID(str(data[SESSION_KEY])), now()
        return made  # type: ignore[no-any-return]


def device_of(agent: str) -> str:
    """Returns what a User-Agent says in words, such as `Firefox on Android`; what it says where that is not known."""
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if browser and system else agent[:LONGEST_DEVICE]


def is_over(held: dict[str, Any], seen_at: datetime | None, at: datetime) -> bool:
    """Tells whether a session has been idle for too long, or is too old; staff's end sooner."""
    idle, whole = settings.EFI_STAFF_SESSION if held.get(STAFF) else settings.EFI_SESSION
    begun = datetime.fromtimestamp(held.get(SINCE, at.timestamp()), UTC)
    return at - (seen_at or at) > timedelta(hours=idle) or at - begun > timedelta(hours=whole)


def begin(session: Any, account: Any, device: str, network: str) -> None:
    """Notes in a session that has just signed somebody in how old it is, and, sealed, from where."""
    session[SINCE], session[STAFF] = now().timestamp(), account.is_staff
    session[ABOUT] = keys.seal(account.pk, {"device": device[:300], "network": network}, _place(account.pk))


def of(account_id: UUID, current: str | None = None) -> list[Listed]:
    """Returns the account's sessions that are not over, the one seen last first."""
    at, store = now(), SessionStore()
    rows = [(row, store.decode(row.session_data)) for row in Session.objects.filter(account=account_id)]
    live = [(row, held) for row, held in rows if not is_over(held, row.seen_at, at)]
    listed = [_listed(account_id, row, held, current) for row, held in live if row.expire_date > at]
    return sorted(listed, key=lambda one: one.seen_at, reverse=True)


def end(account_id: UUID, session_id: str) -> bool:
    """Ends one of an account's sessions; returns whether there was one of this id."""
    found = [row.pk for row in Session.objects.filter(account=account_id) if _id_of(row.pk) == session_id]
    return bool(_end(found))


def end_all(account_id: UUID, *, but: str | None = None) -> None:
    """Ends all sessions of an account, or all but the one of this key."""
    _end(key for key in Session.objects.filter(account=account_id).values_list("pk", flat=True) if key != but)


def _end(session_keys: Iterable[str]) -> int:
    deleted, _ = Session.objects.filter(pk__in=list(session_keys)).delete()
    return int(deleted)


def _listed(account_id: UUID, row: Session, held: dict[str, Any], current: str | None) -> Listed:
    sealed = held.get(ABOUT)
    about: Any = (keys.opened(sealed, _place(account_id)) if sealed else None) or {}
    since = datetime.fromtimestamp(held.get(SINCE, now().timestamp()), UTC)
    seen_at = row.seen_at or since
    own = {"device": device_of(about.get("device", "")) or None, "network": about.get("network") or None}
    return Listed(id=_id_of(row.pk), since=since, seen_at=seen_at, current=row.pk == current, **own)


def _id_of(session_key: str) -> str:
    """Returns what stands for a session where it is listed: its key itself would open it."""
    return keys.digest(f"session:{session_key}")[:32]


def _place(account_id: UUID) -> str:
    return f"session:{account_id}"
