"""What a password has to be, and that every door asks for it."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from efi.accounts import second_factor
from efi.accounts.passwords import is_common
from efi.models import User

ANNA = User(email="anna.alleyne@people.example", name="Anna Alleyne")
GOOD = (
    "correct horse battery",
    "tangerine lamp 42 x",
    "ποτάμι βουνό θάλασσα",
    "   spaces   around   it  ",
    "q" + "é7!k" * 20,
)


def fault(password, account=ANNA):
    try:
        validate_password(password, account)
    except ValidationError as error:
        return error.error_list[0].code
    return None


@pytest.fixture(autouse=True)
def no_factor(monkeypatch):
    monkeypatch.setattr(second_factor, "is_on", lambda account: False)


@pytest.mark.parametrize("password", GOOD)
def test_anything_long_that_is_not_guessed_will_do(password):
    assert fault(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("tangerine lamp", "password_too_short"),
        ("a" * 16, "guessable"),
        ("123456789012345", "guessable"),
        ("qwertyuiopasdfgh", "guessable"),
        ("Elias Food Imports", "guessable"),
        ("eliaseliaselias1", "guessable"),
        ("anna.alleyne@people.example", "guessable"),
        ("Anna Alleyne Anna Alleyne", "guessable"),
        ("q" + "é7!k" * 32, "password_too_long"),
    ],
)
def test_what_is_short_endless_or_guessed_will_not(password, code):
    assert fault(password) == code


def test_the_longest_password_has_128_characters():
    assert fault(("é7!k tangerine " * 10)[:128]) is None
    assert fault(("é7!k tangerine " * 10)[:129]) == "password_too_long"


def test_eight_characters_will_do_where_a_second_factor_is_on(monkeypatch):
    monkeypatch.setattr(second_factor, "is_on", lambda account: True)
    assert fault("rv7!kQ2z") is None
    assert fault("rv7!kQ2") == "password_too_short"
    assert fault("password1") == "guessable"
    assert fault("tangerin") == "guessable"


def test_what_most_people_take_is_compared_whole_and_whatever_its_case():
    assert is_common("PassWord1")
    assert not is_common("password1 and more")


@pytest.mark.django_db
def test_the_command_line_asks_for_as_much(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "olives")
    answers = iter(["olives", "olives", "n"])
    monkeypatch.setattr("getpass.getpass", lambda *_: next(answers))
    monkeypatch.setattr("builtins.input", lambda *_: "n")
    with pytest.raises((CommandError, SystemExit, StopIteration)):
        call_command("createsuperuser", email="anna@people.example", interactive=True, stdin=FakeTerminal())
    assert not User.objects.filter(email="anna@people.example").exists()


class FakeTerminal:
    """Somebody sits at it."""

    def isatty(self) -> bool:
        return True
