"""Words that are nearly the same: one letter is wrong, is missing or is too many, or two have changed places."""

from collections.abc import Iterable

MARK = "~"
SHORTEST, LONGEST = 4, 20
"""Of shorter words too many are nearly the same; longer ones are hardly words."""


def may_be_misspelt(word: str) -> bool:
    return word.isalpha() and SHORTEST <= len(word) <= LONGEST


def keys_of(words: Iterable[str]) -> set[str]:
    """Returns keys of which words share one whenever they are nearly the same; none is a word."""
    return {key for word in words if may_be_misspelt(word) for key in keys(word)}


def keys(word: str) -> set[str]:
    """Returns the keys of a word: itself, and what is left of it without one letter but the first."""
    return {f"{MARK}{word}", *(f"{MARK}{word[:at]}{word[at + 1 :]}" for at in range(1, len(word)))}


def is_near(one: str, other: str) -> bool:
    """Returns whether two words with the same first letter are nearly the same."""
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return abs(len(one) - len(other)) <= 1
    rest, others = one[at:], other[at:]
    swapped = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return at > 0 and (swapped or rest[1:] in (others, others[1:]) or rest == others[1:])
