"""Slugs: names as addresses have them, in small Latin letters and digits with single hyphens between."""

import re
import unicodedata

from efi.domain.texts import folded

LONGEST_MADE = 80
SPELT = """
α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch
ъ a ы y ь y э e ю yu я ya і i ї i є ye ґ g ј j љ lj њ nj ћ c ђ dj џ dz
ا a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ل l م m ن n
ه h و w ي y ى a ة a ء a ی y ک k گ g پ p چ ch ژ zh
א a ב b ג g ד d ה h ו v ז z ח ch ט t י y כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף p צ ts ץ ts ק k ר r ש sh ת t
"""
LATIN = dict(zip(SPELT.split()[::2], SPELT.split()[1::2], strict=True))


def slug_of(name: str) -> str:
    """Returns a name as an address has it: each letter in some form, and at most 80 characters.

    It is empty for a name without letters and digits.
    """
    plain = "".join(map(_spelt, folded(name)))
    joined = re.sub(r"[\s_-]+", "-", re.sub(r"[^a-z0-9\s_-]", "", plain))
    return joined.strip("-")[:LONGEST_MADE].rstrip("-")


def _spelt(letter: str) -> str:
    """Returns a letter or digit of any script in Latin ones: by its name in Unicode where no table has it."""
    if letter.isascii():
        return letter
    if letter in LATIN:
        return LATIN[letter]
    if letter.isdigit():
        return str(unicodedata.digit(letter))
    category = unicodedata.category(letter)
    if letter.isspace() or category == "Pd":
        return "-"
    named = unicodedata.name(letter, f"{ord(letter):x}").lower()
    return re.split(r"[ -]", named)[-1] if category in ("Ll", "Lo", "Mc") else ""
