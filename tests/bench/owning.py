"""How many times a second somebody is told their own profile, signed in by a session, as `make run` serves it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from customers.records.profiles import NAME
from efi.accounts.names import name_of_account
from efi.accounts.sessions import SessionStore
from efi.log import event_store
from efi.models import User
from efi.reading import generations
from tests.bench import visitors
from tests.bench.figures import Figure, alternate
from tests.bench.visitors import Request
from tests.customers.folk import a_person
from tests.services.program import Program

ROWS = {"profile"}
OURS, FLOOR = "/api/v1/me", "/floor/profile"
PEOPLE = 50
ROUNDS, SECONDS = 21, 0.5


def figures(folder: Path) -> Iterator[Figure]:
    event_store.ensure_indexes()
    program = Program(
        folder,
        MONGODB_URI=settings.MONGODB_URI,
        MONGODB_NAME=settings.MONGODB_NAME,
        DJANGO_SETTINGS_MODULE=settings.SETTINGS_MODULE,
    )
    try:
        program.start()
        generations.build_missing()
        signed_in = [_signed_in(number) for number in range(PEOPLE)]
        generations.sweep(generations.live(NAME))
        measures = {
            path: partial(visitors.rate, program.port, _asking(path, signed_in), SECONDS) for path in (OURS, FLOOR)
        }
        medians = alternate(measures, ROUNDS)
        yield Figure(name="profile", value=medians[OURS], floor=medians[FLOOR], unit="1/s")
    finally:
        program.end()


def _signed_in(number: int) -> str:
    """Returns the key of a session of somebody new."""
    customer_id = a_person(f"Anna {number}")
    account = User.objects.create_user(name_of_account(f"anna-{number}@efi.example"), pk=customer_id)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return str(session.session_key)


def _asking(path: str, session_keys: list[str]) -> list[Request]:
    return [(path, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}) for key in session_keys]
