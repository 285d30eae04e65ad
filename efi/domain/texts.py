"""How texts are cleaned, sorted and found, and how spreadsheets are kept from running them."""

import re
import string
import unicodedata

LONGEST_SEARCH = 200
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
APOSTROPHES = re.compile("['‘’‛ʼ′`´]")
JOINERS = frozenset("\u200c\u200d\ufe0f")
"""What joins the letters of some scripts, and the parts of some pictures."""
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""What takes the room of a letter, or none, and is no space."""
FIRST_JOINED = "\u0590"
"""The script from which on letters may be joined: none of Latin, Greek or Cyrillic is."""
SPACES = frozenset(("Zs", "Zl", "Zp"))
SPELT = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
QUOTES = "“”„‟«»‹›‚"
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def in_order(text: str) -> str:
    """Returns the key that a text is sorted by: without case and accents."""
    if text.isascii():
        return text.lower().replace("\x7f", "")
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not (unicodedata.combining(letter) or _is_unseen(letter)))


def folded(text: str) -> str:
    """Returns a text without case, accents and ligatures, as searches and slugs compare it."""
    return in_order(text).casefold().translate(SPELT)


def visible(line: str) -> str:
    """Returns a line without what cannot be seen or turns its direction, and with plain spaces alone.

    Joiners stay between the letters and pictures that need them.
    """
    plain = "".join(" " if letter == "\x85" or unicodedata.category(letter) in SPACES else letter for letter in line)
    seen = (letter for at, letter in enumerate(plain) if not _is_unseen(letter) or _joins(plain, at))
    return "".join(seen).strip()


def with_plain_line_ends(text: str) -> str:
    """Returns a text whose lines end as they do here, and not as browsers and spreadsheets write them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_unseen(letter: str) -> bool:
    """Returns whether a letter leaves no mark: a control but for those of ASCII, a format, a filler, or none at all."""
    if letter < "\x7f":
        return False
    number, category = ord(letter), unicodedata.category(letter)
    no_letter = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    selects = 0xFE00 <= number <= 0xFE0F or 0xE0100 <= number <= 0xE01EF
    return category in ("Cc", "Cf") or letter in FILLERS or no_letter or selects


def _joins(line: str, at: int) -> bool:
    """Returns whether a joiner at this place stands between, or a selector behind, what it can join or select."""
    before, after = line[at - 1 : at], line[at + 1 : at + 2] or FIRST_JOINED
    follows = line[at] == "\ufe0f" or after >= FIRST_JOINED
    return line[at] in JOINERS and before >= FIRST_JOINED and follows


def closed_up(text: str) -> str:
    """Returns a text folded, and without its apostrophes: O’Brien’s is obriens."""
    return folded(APOSTROPHES.sub("", text))


def terms(*texts: str) -> list[str]:
    """Returns the words of texts, folded, and the parts of words with apostrophes, hyphens and the like."""
    text = " ".join(texts)
    return sorted({*closed_up(text).split(), *re.findall(r"\w+", folded(APOSTROPHES.sub(" ", text)))})


def words_in(search: str) -> list[str]:
    typed = closed_up(search[:LONGEST_SEARCH]).split()
    return [word for part in typed if (word := part.strip(string.punctuation + QUOTES))]


def guarded(text: str) -> str:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
