"""How texts are sorted and found, without case and accents, and how spreadsheets are kept from running them."""

import re
import string
import unicodedata

LONGEST_SEARCH = 200
FORMULA = re.compile(r"'*[=+\-@\t\r]")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def in_order(text: str) -> str:
    """Returns the key that a text is sorted by: without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def terms(*texts: str) -> list[str]:
    """Returns the words of texts, and the parts of words with hyphens and the like, without case and accents."""
    plain = in_order(" ".join(texts))
    return sorted({*plain.split(), *re.findall(r"\w+", plain)})


def words_in(search: str) -> list[str]:
    return [word for part in in_order(search[:LONGEST_SEARCH]).split() if (word := part.strip(string.punctuation))]


def guarded(text: str) -> str:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
