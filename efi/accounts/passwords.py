"""What a password has to be, at every door (docs/rules.md): long, and not easily guessed; anything may be in it."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from efi.accounts import second_factor

SHORTEST, SHORTEST_WITH_FACTOR, LONGEST = 15, 8, 128
FEWEST_GUESSES = 3
"""Of the scores 0 to 4 by which zxcvbn says how many guesses a password withstands."""
MEASURED = 72
"""Characters that are measured, as that takes longer the more there are."""
OWN_WORDS = ("elias", "efi", "food", "imports")
WORDS = re.compile(r"\w+")
SHORTEST_WORD = 3
FEWEST_BESIDE = 6
"""Letters and digits that a password has besides the shop's and the owner's own words."""


class Guessable:
    """Django's way of asking whether a password will do."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` for a password that is too short, too long or too easily guessed."""
        shortest = SHORTEST_WITH_FACTOR if user and user.pk and second_factor.is_on(user) else SHORTEST
        if len(password) < shortest:
            raise ValidationError(f"this has fewer than {shortest} characters", code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(f"this has more than {LONGEST} characters", code="password_too_long")
        own = _own_words(user)
        if is_common(password) or _says_little_else(password, own) or _score(password, own) < _wanted(password):
            raise ValidationError("this is easily guessed: take several words, or let one be drawn", code="guessable")

    def password_changed(self, password: str, user: Any) -> None:
        """Notes what has become of the password of an account: a short one keeps the second factor."""
        second_factor.note_password(user.pk, short=len(password) < SHORTEST)

    def get_help_text(self) -> str:
        return f"At least {SHORTEST} characters, {SHORTEST_WITH_FACTOR} with a second factor; not easily guessed."


def is_common(password: str) -> bool:
    """Tells whether a password, compared whole, is one of the twenty thousand that most people take."""
    return password.casefold().strip() in _common()


def _wanted(password: str) -> int:
    """Returns the score that is asked for: of 8 characters 2, as zxcvbn counts ten guesses for each and never more."""
    return FEWEST_GUESSES if len(password) > SHORTEST_WITH_FACTOR else FEWEST_GUESSES - 1


def _score(password: str, own: list[str]) -> int:
    return int(zxcvbn(password[:MEASURED], user_inputs=own)["score"])


def _says_little_else(password: str, own: list[str]) -> bool:
    """Tells whether hardly anything is left of a password without the words that anybody would try on this account."""
    rest = password.casefold()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    return sum(character.isalnum() for character in rest) < FEWEST_BESIDE


def _own_words(user: Any) -> list[str]:
    said = " ".join((*OWN_WORDS, getattr(user, "email", ""), getattr(user, "name", ""))).casefold()
    return [word for word in {*said.split(), *WORDS.findall(said)} if len(word) >= SHORTEST_WORD]


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
