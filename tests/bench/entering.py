"""How long a sign-in takes besides the hashing of the password, which is meant to take long."""

import statistics
import time
from collections.abc import Iterator
from unittest.mock import patch

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.test import Client

from customers.doors import sign_up
from efi.accounts import codes, links, new_passwords, once
from efi.log import event_store
from efi.mails import outbox
from efi.reading import generations
from tests.bench.figures import Figure

ROWS = {"sign_in"}
ADDRESS, PASSWORD, HERE = "anna@people.example", "correct horse battery", "192.0.2.1"
ROUNDS = 40


def figures() -> Iterator[Figure]:
    event_store.ensure_indexes()
    for kept in (once, codes, links, new_passwords, outbox):
        kept.ensure_indexes()
    call_command("migrate", verbosity=0)
    generations.build_missing()
    begun = sign_up.begin(ADDRESS, PASSWORD, "Anna", HERE)
    sign_up.prove(begun, codes.draw(begun), HERE)
    client = Client(SERVER_NAME="localhost")
    _sign_in(client)
    hashing, rest = zip(*(_sign_in(client) for _ in range(ROUNDS)), strict=True)
    yield Figure(name="sign_in", value=statistics.median(rest), floor=statistics.median(hashing), unit="ms")


def _sign_in(client: Client) -> tuple[float, float]:
    """Returns the milliseconds that one sign-in has spent on hashing, and on all else."""
    spent, encode = [], PBKDF2PasswordHasher.encode

    def timed(hasher: PBKDF2PasswordHasher, *given: object) -> str:
        begun = time.perf_counter()
        encoded = encode(hasher, *given)
        spent.append((time.perf_counter() - begun) * 1_000)
        return encoded

    client.cookies.clear()
    typed = {"email": ADDRESS, "password": PASSWORD}
    with patch.object(PBKDF2PasswordHasher, "encode", timed):
        begun = time.perf_counter()
        answer = client.post("/api/v1/auth/login", typed, content_type="application/json")
        whole = (time.perf_counter() - begun) * 1_000
    if answer.status_code != 200 or len(spent) != 1:
        raise RuntimeError(f"{answer.status_code}, and {len(spent)} hashes")
    return spent[0], whole - spent[0]
