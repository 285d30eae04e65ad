"""Hides what is secret in words that somebody may read: passwords, tokens, links for one use, e-mail addresses.

Each pattern begins where a word does: looked for anywhere, a long one would be read again from each of its letters.
"""

import re

HIDDEN = "(hidden)"
_VALUE = r"""("[^"\n]*"?|'[^'\n]*'?|[^\s"',}&;]+)"""
_IS = r"""(\\?["']?\s*[=:]\s*b?|["']\s*,\s*b?)"""
_ADDRESS = re.compile(r"\S+")
_SECRETS = (
    # Headers, as they are sent, as a mapping shows them, and as WSGI names them; a cookie's value holds spaces.
    (
        re.compile(
            r"(?<![\w-])([\w-]*(?:authorization|cookie)|(?:http_)?x[_-](?=[\w-]*(?:key|token|secret|signature|auth))[\w-]*)"
            rf"""{_IS}("[^"\n]*"?|'[^'\n]*'?|[^\n]*)""",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    (
        re.compile(
            r"(?<![\w-])([\w-]*(?:passwo?r?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|signature|sessionid"
            rf"|credentials?)(?:[_-]?(?:key|id|hash))?){_IS}{_VALUE}",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"([?&](?:auth|code|hash|key|otp|sig|ticket)=)[^\s&\"'#]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # Django's tokens for links that are good once.
    (re.compile(r"/[0-9a-z]{6,13}-[0-9a-f]{32}\b"), f"/{HIDDEN}"),
    # Our own.
    (re.compile(r"/(reset|invitation)/[\w-]{16,}"), rf"/\1/{HIDDEN}"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+"), "(address)"),
)


def masked(text: str) -> str:
    """Returns the text without what is secret in it. Of an address with user and password it leaves the host."""
    if "://" in text and "@" in text:
        text = _ADDRESS.sub(_without_user, text)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _without_user(found: re.Match[str]) -> str:
    """Leaves out what stands between :// and the last @: a password may hold either, and a / too."""
    word = found[0]
    begin, end = word.find("://") + 3, word.rfind("@") + 1
    return word[:begin] + word[end:] if 3 <= begin < end else word
