"""Words as people type them and as products have them: without case, accents and ligatures."""

import re

from efi.domain.texts import LONGEST_SEARCH, folded

PASSED_OVER = frozenset(("a", "an", "and", "for", "in", "of", "or", "the", "with"))
LONGEST_WORD = 60
MOST_WORDS = 10
SHORT = 5
"""Roes and pies have only lost an s: more taken off would leave what begins too much."""


def words(*texts: str) -> list[str]:
    """Returns each word once, in order."""
    return sorted(set(split(*texts)))


def asked(search: str) -> list[str]:
    """Returns the words of a search in their order, without those that say nothing as long as others are left."""
    typed = list(dict.fromkeys(split(search[:LONGEST_SEARCH])))[:MOST_WORDS]
    return [word for word in typed if word not in PASSED_OVER] or typed


def beginnings(word: str) -> list[str]:
    """Returns how the words begin that one means: for a plural, like the singular too."""
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return [word]
    if word.endswith("ies") and len(word) > SHORT:
        return [word[:-1], f"{word[:-3]}y"]
    longer = word.endswith(("ches", "shes", "sses", "xes")) or (word.endswith("oes") and len(word) > SHORT)
    return [word[:-2] if longer else word[:-1]]


def split(*texts: str) -> list[str]:
    """Returns every word, in the order of the texts."""
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", folded(" ".join(texts)))]
