"""The filters of a list, in words."""

from collections.abc import Mapping

from django.http import QueryDict
from django.template.loader import get_template

from efi.log.mongo import Document
from efi.runtime.process_cache import ProcessCache
from readmodels.categories import Tree
from readmodels.shop import words
from readmodels.shop.counts import Counts

_printed = ProcessCache[tuple[str, ...], str](500)
LEGENDS = {
    "category": "Department",
    "country": "Origin",
    "storage": "Kept",
    "allergen_free": "Free from",
    "certification": "Certified",
    "tag": "More",
}


def printed(counts: Counts, params: QueryDict, tree: Tree, about: Mapping[str, str]) -> str:
    """Returns the choices as HTML, made once for those who choose alike: it is longer than the products are."""

    def made() -> str:
        facets = {name: found for name, found in counts.facets.items() if name not in about}
        return str(get_template("shop/facets.html").render({"groups": _groups(facets, params, tree)}))

    chosen = params.copy()
    for name in ("cursor", "sort"):
        chosen.pop(name, None)
    return _printed.get((counts.tag, chosen.urlencode(), *about), lambda _: made())


def _groups(facets: Mapping[str, list[Document]], params: QueryDict, tree: Tree) -> list[Document]:
    """Returns the options of each facet, also those chosen that no product has any more."""
    return [
        {"name": name, "legend": legend, "single": name == "category", "options": options}
        for name, legend in LEGENDS.items()
        if (options := _options(name, facets.get(name, []), params.getlist(name), tree))
    ]


def _options(name: str, found: list[Document], chosen: list[str], tree: Tree) -> list[Document]:
    counts = {one["value"]: one["count"] for one in found}
    counts |= {value: 0 for value in chosen if value not in counts}
    return [
        {
            "value": value,
            "label": label(name, value, tree),
            "count": count,
            "chosen": value in chosen,
            "under": name == "category" and len(tree.lines[tree.identity_of(value)]) > 1,
        }
        for value, count in counts.items()
    ]


def label(name: str, value: str, tree: Tree) -> str:
    """Returns the words for a value that stands under the heading of its facet."""
    match name:
        case "category":
            return str(tree.crumbs[tree.identity_of(value)]["name"])
        case "country":
            return words.country(value)
        case "storage":
            return words.ZONES.get(value, value)
        case "allergen_free":
            return words.worded([value]).capitalize()
        case "certification":
            return words.certification(value)
    return value.replace("-", " ").capitalize()


def filter_label(name: str, value: str, tree: Tree, currency: str) -> str:
    """Returns the words for a filter that stands alone."""
    match name:
        case "country":
            return f"From {words.country(value)}"
        case "currency":
            return f"Priced in {value}"
        case "in_stock":
            return "In stock" if value == "true" else "Out of stock"
        case "discontinued":
            return "No longer sold" if value == "true" else "On sale"
        case "price_min":
            return f"At least {currency} {value}"
        case "price_max":
            return f"At most {currency} {value}"
        case "allergen_free":
            return f"Free from {words.worded([value])}"
        case "q":
            return f"“{value}”"
    return label(name, value, tree)
