"""What is noted when somebody signs in, by whichever door."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from efi.accounts import recent, sessions
from efi.http.rate_limits import client_of
from efi.log.event_store import now


@receiver(user_logged_in)
def note_arrival(sender: object, request: HttpRequest, user: Any, **about: object) -> None:
    """Notes in the session from where, and that the password was given just now."""
    sessions.begin(request.session, user, request.headers.get("User-Agent", ""), client_of(request))
    request.session[recent.CONFIRMED] = now().timestamp()
