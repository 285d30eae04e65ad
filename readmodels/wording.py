"""Words as people type them and as products have them: without case, accents and ligatures, in either number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pluralizer import Pluralizer

from efi.domain.texts import APOSTROPHES, LONGEST_SEARCH, closed_up, folded

PASSED_OVER = frozenset(("a", "an", "and", "for", "in", "of", "or", "the", "with"))
LONGEST_WORD = 60
MOST_WORDS = 10
SHORTEST_PLURAL = 4
LONGEST_PIES = 5
"""Of pies no more is taken off than the s: what is left would begin too much."""
KEPT = 50_000
HYPHENED = re.compile(r"\w+(?:[-\u2010\u2013]\w+)+")
english = Pluralizer()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Word:
    """A word of a search. `begun`: how the words begin that it may stand for."""

    typed: str
    begun: tuple[str, ...]

    @property
    def whole(self) -> list[str]:
        """Returns the words that it is, rather than begins."""
        return sorted({self.typed, *self.begun})


def asked(search: str) -> list[Word]:
    """Returns the words of a search in their order, without those that say nothing as long as others are left.

    Each may also stand joined to its neighbour: sun dried, sundried.
    """
    typed = list(dict.fromkeys(split(search[:LONGEST_SEARCH])))[:MOST_WORDS]
    said = [word for word in typed if word not in PASSED_OVER] or typed
    joined = ["", *pairs(said), ""]
    return [Word(word, beginnings(word, *filter(None, joined[at : at + 2]))) for at, word in enumerate(said)]


def beginnings(*words: str) -> tuple[str, ...]:
    """Returns how the words begin that these may stand for, of a plural the singular too; the shortest are enough."""
    meant = {form for word in words for form in (word, singular(word), _before_ies(word))}
    return tuple(sorted(one for one in meant if not any(one != less and one.startswith(less) for less in meant)))


@lru_cache(maxsize=KEPT)
def singular(word: str) -> str:
    """Returns the singular of an English plural, and any other word as it is."""
    if len(word) < SHORTEST_PLURAL or not (word.isascii() and word.isalpha()):
        return word
    return english.singular(word)


def words(*texts: str) -> list[str]:
    """Returns each word that texts are found by once, in order: parts and wholes, and plurals as singulars too."""
    return sorted(set(_forms([word for text in texts for word in _wholes_and_parts(text)])))


def words_of_names(*names: str) -> list[str]:
    """Returns the words of names in their order, and then what else they are found by, neighbours joined too."""
    said = [word for name in names for word in (*_wholes_and_parts(name), *pairs(split(name)))]
    return list(dict.fromkeys(_forms(said)))


def split(text: str) -> list[str]:
    """Returns every word in its order; apostrophes do not part it."""
    return _cut(closed_up(text))


def pairs(said: Sequence[str]) -> list[str]:
    """Returns neighbours written as one word."""
    return [f"{one}{other}"[:LONGEST_WORD] for one, other in pairwise(said)]


def _before_ies(word: str) -> str:
    """Returns what berry and berries, brownie and brownies, chili and chilies have in common."""
    return word[:-2] if word.endswith("ies") and len(word) > LONGEST_PIES else word


def _wholes_and_parts(text: str) -> list[str]:
    """Returns words, their parts where apostrophes part them, and as one those that hyphens part."""
    plain = closed_up(text)
    parts = _cut(folded(APOSTROPHES.sub(" ", text))) if APOSTROPHES.search(text) else ()
    hyphened = (re.sub(r"\W", "", whole)[:LONGEST_WORD] for whole in HYPHENED.findall(plain))
    return [*_cut(plain), *parts, *hyphened]


def _cut(plain: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", plain)]


def _forms(said: Sequence[str]) -> list[str]:
    """Returns these words and then the singulars of plurals."""
    return [*said, *map(singular, said)]
