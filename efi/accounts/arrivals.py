"""What is noted when somebody signs in, by whichever door."""

from typing import Any

from django.contrib.auth.models import update_last_login
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from efi.accounts import recent, sessions
from efi.accounts.names import is_of_a_customer
from efi.http.rate_limits import client_of
from efi.log.event_store import now
from efi.models import User

# Django's own receiver: of a customer the log has when they came in, so that the row need not say it too.
user_logged_in.disconnect(dispatch_uid="update_last_login")


@receiver(user_logged_in)
def note_last_login_of_staff(sender: type[User], user: User, **about: object) -> None:
    if not is_of_a_customer(user):
        update_last_login(sender, user)


@receiver(user_logged_in)
def note_arrival(sender: object, request: HttpRequest, user: Any, **about: object) -> None:
    """Notes in the session from where, and that the password was given just now."""
    sessions.begin(request.session, user, request.headers.get("User-Agent", ""), client_of(request))
    request.session[recent.CONFIRMED] = now().timestamp()
