"""What a list can be narrowed by, in words."""

from readmodels.categories import Tree
from readmodels.shop import words


def said(name: str, value: str, tree: Tree) -> str:
    """A condition as its chip says it."""
    match name:
        case "category":
            return str(tree.crumbs[tree.identity_of(value)]["name"])
        case "country":
            return f"From {words.country(value)}"
        case "in_stock":
            return "In stock" if value == "true" else "Out of stock"
        case "price_min":
            return f"At least {value}"
        case "price_max":
            return f"At most {value}"
        case "allergen_free":
            return f"Without {words.worded([value])}"
        case "certification":
            return words.certification(value)
        case "storage":
            return words.ZONES.get(value, value)
        case "q":
            return f"“{value}”"
    return value
