"""Signing in and out, by a session or with a token."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from customers.commands.accounts import NoteSignIn
from efi.accounts import signing_in, tokens
from efi.accounts.names import is_of_a_customer
from efi.http.rate_limits import SIGN_INS, client_of, spend
from efi.log.event_store import now
from efi.models import User
from efi.writing.dispatch import dispatch

LONGEST_DEVICE = 200
HALF_IN = "half_in"
SECOND_STEP = timedelta(minutes=5)


def enter(request: HttpRequest, address: str, password: str, code: str = "") -> User:
    """Signs somebody in by a session; raises what `signing_in.check` raises."""
    account = _checked(request, address, password, code)
    welcome(request, account)
    return account


def begin_second_step(request: HttpRequest, account: User) -> None:
    """Keeps for some minutes whose password was right, so that the page that asks for the code need not hold it."""
    request.session.flush()
    lock = account.get_session_auth_hash()
    request.session[HALF_IN] = {"account": str(account.pk), "at": now().timestamp(), "lock": lock}


def half_in(request: HttpRequest) -> User | None:
    """Returns the account whose password was right, and is still the same, and whose code is asked for."""
    kept = request.session.get(HALF_IN)
    if not kept or now().timestamp() - kept["at"] > SECOND_STEP.total_seconds():
        return None
    account = User.objects.filter(pk=UUID(kept["account"]), is_active=True).first()
    return account if account and account.get_session_auth_hash() == kept["lock"] else None


def finish(request: HttpRequest, account: User, code: str) -> None:
    """Signs in whoever is half in, by a code; raises `SignInRefused` and `TooMany`."""
    spend(SIGN_INS, client_of(request))
    signing_in.check_code(request, account, code)
    welcome(request, account)


def welcome(request: HttpRequest, account: User) -> None:
    """Begins a session for an account that has shown whose it is."""
    signing_in.begin_session(request, account)
    _note(request, account)


def token_for(request: HttpRequest, address: str, password: str, code: str = "") -> tuple[str, tokens.Listed]:
    """Returns a new token, and how it is listed; raises what `signing_in.check` raises."""
    account = _checked(request, address, password, code)
    made = tokens.make(account, "signed in", confirmed=True)
    _note(request, account)
    return made


def leave(request: HttpRequest) -> None:
    logout(request)


def cleared(response: HttpResponse) -> HttpResponse:
    """Has the browser forget what it has kept of us, so that its back button shows nothing."""
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _checked(request: HttpRequest, address: str, password: str, code: str) -> User:
    spend(SIGN_INS, client_of(request))
    return signing_in.check(request, address, password, code)


def _note(request: HttpRequest, account: User) -> None:
    if is_of_a_customer(account):
        device = request.headers.get("User-Agent", "")[:LONGEST_DEVICE]
        dispatch(NoteSignIn(customer_id=account.pk, network=client_of(request), device=device), actor=str(account.pk))
