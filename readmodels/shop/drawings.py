"""Drawings for products without a picture, and for categories: of the food, else of its package, else of a basket."""

import re
from collections.abc import Iterable
from zlib import crc32

FOODS = (
    ("pie", "pie, pies, pasties, pasty, tart, tarts, tarte, quiche"),
    ("biscuit", "biscuit, biscuits, cookie, cookies, cracker, crackers, shortbread"),
    ("cake", "cake, cakes, scones, meringue, muffins"),
    ("sweets", "fruit gums, liquorice, candy, candies, toffee, toffees"),
    ("jar", "spread, marmalade, jam, honey, preserve, roe, caviar"),
    ("flask", "syrup, soy sauce, fish sauce, vinegar, ginger ale, ginger beer, root beer"),
    ("chili", "pepper sauce, chilli, chillies, seasoning, spice blend, paprika"),
    ("beer", "beer, ale, lager, stout, pilsner"),
    ("bottle", "wine, bordeaux, burgundy, rioja, champagne, liqueur"),
    ("cup", "coffee, tea, cocoa"),
    ("seaweed", "kelp, seaweed, nori"),
    ("tin", "sardines, tuna, anchovies"),
    ("fish", "fish, herring, salmon, cod, trout"),
    ("tofu", "tofu, bean curd, feta"),
    ("mozzarella", "mozzarella, burrata"),
    ("tub", "mascarpone, cream cheese, ricotta cheese, yoghurt, labneh, hummus"),
    ("blue", "blue cheese, gorgonzola, roquefort, stilton"),
    ("block", "brown cheese, whey cheese"),
    ("cheese", "emmental, gruyère"),
    ("wheel", "cheese, camembert, brie, raclette, manchego, pecorino, parmesan"),
    ("dried", "dried pear, dried pears, dried apple, dried apples, dried fruit, dried apricots, dried figs"),
    ("sausages", "sausage, sausages, wurst"),
    ("salami", "salami, chorizo, charcuterie"),
    ("ham", "ham, prosciutto"),
    ("bowl", "noodles, ravioli, gnocchi, dumplings, pasta, soup, chowder"),
    ("bread", "bread, crispbread, flatbread, loaf, loaves, rusk, rusks"),
    ("wheat", "flour, flour mix, bulgur, couscous, grain"),
    ("chocolate", "chocolate"),
    ("olive", "olives"),
    ("oil", "olive oil"),
    ("pear", "pear, pears"),
)
"""Drawings with the words for which they stand, those first that say more: a chocolate biscuit is a biscuit."""
PACKAGES = (
    ("can", "can, cans, tin, tins"),
    ("flask", "bottle, bottles"),
    ("jar", "jar, jars, glass, glasses"),
    ("packet", "bag, bags, box, boxes, pkg, pkgs, packet, packets"),
)
"""Drawings of what goods come in, which show no food that might be another."""
DEPARTMENTS = {
    "cheese": "wheel",
    "dairy": "wheel",
    "beverages": "bottle",
    "drinks": "bottle",
    "condiments": "jar",
    "preserves": "jar",
    "spices": "chili",
    "sauces": "flask",
    "confections": "sweets",
    "sweets": "sweets",
    "grains": "wheat",
    "cereals": "wheat",
    "bakery": "bread",
    "meat": "sausages",
    "poultry": "ham",
    "produce": "pear",
    "fruit": "pear",
    "oils": "oil",
    "mezze": "olive",
    "antipasti": "olive",
    "seafood": "fish",
    "tins": "can",
}
"""What stands for a whole department, by the words of its slug; no product of it is shown so."""
NOTHING_KNOWN = "basket"
TINTS = 4


def drawing_of_product(slugs: Iterable[str], said: str, unit: str) -> str:
    """Chooses the drawing of a product by what is said of it, by its packing, or by a category named for a food.

    `slugs`: of its categories, the nearest first.
    """
    nearest = " ".join(slugs).replace("-", " ")
    return _first(FOODS, said) or _first(PACKAGES, unit) or _first(FOODS, nearest) or NOTHING_KNOWN


def drawing_of_category(slug: str) -> str:
    words = slug.split("-")
    known = next((DEPARTMENTS[word] for word in words if word in DEPARTMENTS), "")
    return known or _first(FOODS, " ".join(words)) or NOTHING_KNOWN


def tint(key: str) -> int:
    """Returns the number of the colour behind a drawing, 0 to 3."""
    return crc32(key.encode()) // 7 % TINTS


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words.split(', ')))})\b", re.IGNORECASE)


_PATTERNS = {words: _pattern(words) for _, words in (*FOODS, *PACKAGES)}


def _first(drawings: Iterable[tuple[str, str]], text: str) -> str:
    return next((name for name, words in drawings if _PATTERNS[words].search(text)), "")
