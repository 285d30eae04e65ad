"""A few hundred foods, generated: every combination of what they are, how they are made and where they come from."""

from itertools import cycle, islice, product

COUNTRIES = ("GR", "IT", "ES", "FR", "PT", "LB", "TR", "GB", "US", "BB")
FOODS = {
    "olive oil": ("Pantry", "Pressed from olives within a day of the harvest", "Olives"),
    "olives": ("Pantry", "Picked by hand and cured in brine", "Olives, water, salt"),
    "vinegar": ("Pantry", "Fermented slowly in oak", "Grapes"),
    "honey": ("Pantry", "Gathered from wild flowers on the hills", "Honey"),
    "linguine": ("Pasta & Grains", "Pasta drawn through bronze and dried for two days", "Durum wheat, water"),
    "rice": ("Pasta & Grains", "Short grains for slow dishes", "Rice"),
    "crackers": ("Bakery", "Baked crisp for the cheese board", "Wheat flour, oil, salt"),
    "shortbread": ("Bakery", "Baked with butter until golden", "Wheat flour, butter, sugar"),
    "cheddar": ("Cheese", "Matured in cloth for a year", "Milk, salt, rennet"),
    "goat cheese": ("Cheese", "Fresh and mild, rolled in ash", "Goat milk, salt"),
    "chocolate": ("Sweets", "Stone-ground from single estates", "Cocoa, sugar"),
    "nougat": ("Sweets", "Whipped with almonds", "Sugar, almonds, egg white"),
    "fig jam": ("Preserves", "Cooked in copper with little sugar", "Figs, sugar, lemon"),
    "orange marmalade": ("Preserves", "Bitter oranges, cut thick", "Oranges, sugar"),
    "anchovies": ("Fish", "Filleted and packed in oil", "Anchovies, oil, salt"),
    "smoked salmon": ("Fish", "Cured and smoked over beech", "Salmon, salt"),
    "green tea": ("Drinks", "Steamed leaves of the first flush", "Tea"),
    "coffee beans": ("Drinks", "Roasted dark every week", "Coffee"),
}
KINDS = ("Organic", "Aged", "Smoky", "Wild", "Classic", "Spiced", "Royal", "Village", "Island", "Harvest")
BRANDS = ("Halcyon", "Brackwater", "Two Gates", "Old Quay")


def foods(many: int = 300) -> list[dict[str, object]]:
    """Each as `on_sale` takes it, with the name of its category."""
    sorts = islice(cycle(product(KINDS, FOODS)), many)
    made = zip(range(many), sorts, cycle(COUNTRIES), cycle(BRANDS))
    return [_food(number, kind, food, country, brand) for number, (kind, food), country, brand in made]


def _food(number: int, kind: str, food: str, country: str, brand: str) -> dict[str, object]:
    shelf, description, ingredients = FOODS[food]
    return {
        "name": f"{kind} {food} {number // 180 + 1}",
        "sku": f"GEN-{number:03}",
        "country": country,
        "brand": brand,
        "shelf": shelf,
        "description": description,
        "ingredients": ingredients,
        "tags": (kind.lower(),),
    }
