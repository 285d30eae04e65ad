"""Drawings for products without a picture, and for categories."""

from collections.abc import Iterable
from zlib import crc32

DRAWN: dict[str, tuple[str, ...]] = {
    "cheese": ("cheese", "wheel"),
    "dairy": ("cheese", "wheel"),
    "beverages": ("bottle", "cup"),
    "drinks": ("bottle", "cup"),
    "wine": ("bottle",),
    "coffee": ("cup",),
    "tea": ("cup",),
    "condiments": ("jar", "chili"),
    "preserves": ("jar",),
    "honey": ("jar",),
    "spices": ("chili",),
    "sauces": ("jar", "chili"),
    "confections": ("chocolate", "cake"),
    "sweets": ("chocolate", "cake"),
    "chocolate": ("chocolate",),
    "cakes": ("cake",),
    "grains": ("wheat", "bread"),
    "cereals": ("wheat", "bread"),
    "pasta": ("wheat",),
    "bakery": ("bread",),
    "bread": ("bread",),
    "meat": ("salami", "ham"),
    "poultry": ("ham",),
    "charcuterie": ("salami",),
    "produce": ("pear", "olive"),
    "fruit": ("pear",),
    "olives": ("olive",),
    "oil": ("oil",),
    "oils": ("oil",),
    "mezze": ("olive", "jar"),
    "antipasti": ("olive", "jar"),
    "seafood": ("fish", "tin"),
    "fish": ("fish", "tin"),
    "tins": ("tin",),
}
ANY = ("basket", "jar", "olive", "pear", "wheat", "oil")
NAMED = {
    **dict.fromkeys(("bags", "chai", "cocoa", "coffee", "tea"), "cup"),
    **dict.fromkeys(("beer", "bottle", "bottles", "lager", "wine"), "bottle"),
    **dict.fromkeys(("can", "cans", "tin", "tins"), "tin"),
    **dict.fromkeys(("glass", "glasses", "jar", "jars"), "jar"),
    **dict.fromkeys(("bread", "loaf", "loaves", "rusk", "rusks"), "bread"),
    **dict.fromkeys(("cake", "cakes", "pie", "pies", "scones", "tart", "tarte"), "cake"),
    **dict.fromkeys(("brie", "camembert", "raclette", "rounds", "wheel"), "wheel"),
    **dict.fromkeys(("sausage", "sausages", "salami"), "salami"),
    **dict.fromkeys(("olive", "olives"), "olive"),
    **dict.fromkeys(("hot", "pepper", "peppers", "seasoning", "spices"), "chili"),
}
"""Drawings by words of a name or a unit."""
TINTS = 4


def drawing(slugs: Iterable[str], label: str, key: str) -> str:
    """Chooses a drawing by the words of the categories' slugs, the nearest category first.

    If these allow several, the words of the name and the unit decide, or else `key`.
    """
    words = (word for slug in slugs for word in slug.split("-"))
    some = next((DRAWN[word] for word in words if word in DRAWN), ANY)
    named = (NAMED[word] for word in label.lower().split() if NAMED.get(word) in some)
    return next(named, some[crc32(key.encode()) % len(some)])


def tint(key: str) -> int:
    """Returns the number of the colour behind a drawing, 0 to 3."""
    return crc32(key.encode()) // 7 % TINTS
