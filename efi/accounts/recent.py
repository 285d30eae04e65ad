"""Who was asked for their password lately: before what a stranger at an open browser must not be able to do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from efi.accounts import lockout, second_factor, tokens
from efi.http.rate_limits import client_of
from efi.log.event_store import now

WINDOW = timedelta(minutes=15)
CONFIRMED = tokens.CONFIRMED


class ReauthenticationNeeded(PermissionDenied):
    """The password was given longer ago than this asks for."""

    code = "reauthentication_needed"


def until(request: Any) -> datetime | None:
    """Returns up to when the caller counts as asked; None where that is over, or never was.

    A token counts by itself, as a session does: whoever made it was asked, and perhaps not who holds it.
    """
    token = getattr(request, "auth", None)
    if token is not None:
        noted = tokens.notes().find_one({"_id": token.digest}, {CONFIRMED: 1}) or {}
        asked_at = noted.get(CONFIRMED)
    else:
        asked_at = datetime.fromtimestamp(request.session.get(CONFIRMED, 0), UTC)
    return asked_at + WINDOW if asked_at and asked_at + WINDOW > now() else None


def must_be_recent(request: Any) -> None:
    """Raises `ReauthenticationNeeded` where the caller's password was given more than fifteen minutes ago."""
    if until(request) is None:
        raise ReauthenticationNeeded("give your password first: here it was not given within the last 15 minutes")


def knows(account: Any, password: str, code: str) -> bool:
    """Tells whether this is the account's password, and, where a second factor is on, a code of it.

    The code is used up.
    """
    if not account.check_password(password):
        return False
    return not second_factor.is_on(account) or second_factor.accepts(account, code)


def confirm(request: Any, password: str, code: str = "") -> bool:
    """Notes that the caller was asked just now, if they know the password and the code; returns whether they do.

    Raises `TooMany` after five failures from one network within fifteen minutes.
    """
    trying = lockout.begin(lockout.PROOF, door_of(request.user.pk), client_of(request))
    if not knows(request.user, password, code):
        return False
    trying.succeeded()
    note(request)
    return True


def door_of(account_id: UUID) -> str:
    """Returns what failures to confirm are counted by, instead of by an address."""
    return f"confirming:{account_id}"


def note(request: Any) -> None:
    """Notes that the caller was asked just now; a session has a new key from then on."""
    token = getattr(request, "auth", None)
    if token is not None:
        known = {"$set": {CONFIRMED: now()}, "$setOnInsert": {"account": token.user_id}}
        tokens.notes().update_one({"_id": token.digest}, known, upsert=True)
    else:
        request.session[CONFIRMED] = now().timestamp()
        request.session.cycle_key()


def asking(request: HttpRequest, at: str) -> HttpResponse:
    """Leads to the page that asks, and from there back to the page that one is on."""
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{reverse(at)}?{urlencode({'next': back})}")


def safe(request: HttpRequest, address: str, otherwise: str) -> str:
    """Returns an address to lead back to if it is one of ours, or else another."""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if ours else otherwise
