"""Ingredients with the allergens among them emphasised, as Regulation (EU) 1169/2011, article 21, asks for."""

import re
from collections.abc import Iterable
from functools import cache

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.values import Allergen
from efi.log.mongo import Document

NOT_OF_AN_ANIMAL = "".join(
    f"(?<!{plant} )" for plant in ("cocoa", "coconut", "shea", "peanut", "almond", "oat", "soya")
)
NAMES: dict[Allergen, str] = {
    Allergen.GLUTEN: "gluten|wheat|rye|barley|oats?|spelt|kamut|triticale|farro|freekeh|bulgh?ur|semolina|durum",
    Allergen.CRUSTACEANS: "crustaceans?|crabs?|prawns?|shrimps?|lobsters?|crayfish|langoustines?|krill",
    Allergen.EGGS: "eggs?|albumen",
    Allergen.FISH: "fish|anchov(?:y|ies)|cod|herrings?|mackerel|salmon|sardines?|trout|tuna|lumpfish|roe",
    Allergen.PEANUTS: "peanuts?|groundnuts?",
    Allergen.SOY: "soya?|soybeans?|tofu|edamame|miso",
    Allergen.DAIRY: f"{NOT_OF_AN_ANIMAL}(?:milk|butter|cream)|buttermilk|cheeses?|ricotta|mozzarella|feta|halloumi|"
    "labneh|whey|casein(?:ate)?|lactose|yogh?urt|ghee",
    Allergen.NUTS: "nuts|almonds?|hazelnuts?|walnuts?|cashews?|pecans?|pistachios?|macadamias?|brazil nuts?",
    Allergen.CELERY: "celery|celeriac",
    Allergen.MUSTARD: "mustard",
    Allergen.SESAME: "sesame|tahini|halva",
    Allergen.SULPHITES: "sulphites?|sulfites?|sulphur dioxide|metabisulphite",
    Allergen.LUPIN: "lupins?",
    Allergen.MOLLUSCS: "molluscs?|clams?|mussels?|oysters?|scallops?|squid|octopus|snails?|cuttlefish",
}
"""What each is called in lists of ingredients, with the foods that Annex II names."""


def emphasised(text: str, allergens: Document) -> SafeString:
    """Returns ingredients as HTML: in `<strong>` what the label says is in it, or any allergen if it says nothing."""
    named = tuple(allergens["contains"]) if allergens["stated"] else tuple(Allergen)
    if not named:
        return conditional_escape(text)
    parts = _names(named).split(text)
    return mark_safe("".join(map(_part, enumerate(parts))))  # noqa: S308 - each part is escaped


def _part(numbered: tuple[int, str]) -> str:
    at, part = numbered
    return format_html("<strong>{}</strong>", part) if at % 2 else conditional_escape(part)


@cache
def _names(allergens: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern with one group, so that every second part of a text split by it is a name."""
    return re.compile(rf"\b({'|'.join(NAMES[Allergen(one)] for one in allergens)})\b", re.IGNORECASE)
