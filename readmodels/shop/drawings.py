"""Which drawing stands for a product that has no picture, and for a category."""

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
PACKED = {
    "bottle": "bottle",
    "bottles": "bottle",
    "bags": "cup",
    "jar": "jar",
    "jars": "jar",
    "tin": "tin",
    "tins": "tin",
}
TINTS = 4


def drawing(slugs: Iterable[str], unit: str, key: str) -> str:
    """By the words of its categories' slugs, the nearest first; where several would do, by its packing or `key`."""
    words = (word for slug in slugs for word in slug.split("-"))
    some = next((DRAWN[word] for word in words if word in DRAWN), ANY)
    packed = (PACKED[word] for word in unit.lower().split() if PACKED.get(word) in some)
    return next(packed, some[crc32(key.encode()) % len(some)])


def tint(key: str) -> int:
    """The colour of the paper behind a drawing: 0 to 3."""
    return crc32(key.encode()) // 7 % TINTS
