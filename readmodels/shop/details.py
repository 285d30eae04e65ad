"""The page of one product."""

from django.http import HttpRequest
from django.urls import reverse

from efi.log.mongo import Document
from efi.reading.projections import Generation
from readmodels.categories import Tree
from readmodels.recalls import ADVICE
from readmodels.shop import structured, words
from readmodels.shop.cards import card, photo, printed
from readmodels.shop.ingredients import emphasised
from readmodels.shop.shelves import API, today
from readmodels.showing import shown

MOST_OTHERS = 8


class Detail:
    """The page of one product, as of today."""

    def __init__(
        self,
        request: HttpRequest,
        document: Document,
        others: list[Document],
        bundles: list[Document],
        products: Generation,
        tree: Tree,
    ) -> None:
        self.product, self.path = shown(document, tree), request.path
        self.others, self.bundles, self.products, self.tree = others[:MOST_OTHERS], bundles, products, tree
        self.host = request.build_absolute_uri("/").rstrip("/")
        self.today = today()
        shown_here = [(one["_id"], one["_rev"]) for one in [document, *self.others]]
        self.tag = [products.name, shown_here, bundles, self.today]

    def context(self) -> Document:
        product, steps = self.product, self._steps()
        return {
            **card(product, self.today),
            "product": product,
            "badges": _badges(product),
            "origin": _origin(product),
            "canonical": self.path,
            "crumbs": steps[1:],
            "department": steps[1].get("slug"),
            "best_before": product["stock"]["best_before"] and words.day(product["stock"]["best_before"]),
            "left": product["stock"]["available"],
            "storage": words.storage(product),
            "weight": words.weight(product.get("weight_grams")),
            "thumbs": list(map(photo, product.get("pictures", ())[1:])),
            "advice": ADVICE,
            "recalls": list(map(_recall, product["recalls"])),
            "label": _label(product),
            "ingredients": emphasised(product["ingredients"], product["allergens"]),
            "nutrition": _nutrition(product.get("nutrition")),
            "certifications": list(map(words.certification, product.get("certifications") or ())),
            "bundles": list(map(_bundle, self.bundles)),
            "cards": printed(self.others, self.products, self.tree, self.today),
            "live": f"{API}/{product['id']}",
            "structured": structured.product(product, self.host, self.path),
            "structured_crumbs": structured.crumbs(steps, self.host),
        }

    def _steps(self) -> list[Document]:
        """Returns the way from the front page to the product, by the first of its categories."""
        path = self.product["categories"][0]["path"] if self.product["categories"] else []
        way = [{**one, "address": reverse("shop:category", args=[one["slug"]])} for one in path]
        front = {"name": "Home", "address": reverse("shop:front")}
        return [front, *way, {"name": self.product["name"], "address": self.path}]


def _badges(product: Document) -> list[str]:
    offered = words.OFFERS.get(product["offer"])
    return [*([offered] if offered else []), *(["Premium"] if product["premium"] else [])]


def _recall(notice: Document) -> Document:
    """Returns a notice with its days in words."""
    batches = [f"{one['batch_number']}, best before {words.day(one['best_before'])}" for one in notice["batches"]]
    return {**notice, "since": words.day(notice["since"]), "batches": batches}


def _bundle(bundle: Document) -> Document:
    parts = [{**part, "address": reverse("shop:product", args=[part["slug"]])} for part in bundle["parts"]]
    return {**bundle, "price": words.money(bundle["price"]), "stock": words.stock({"stock": bundle}), "parts": parts}


def _origin(product: Document) -> str:
    region, country = product.get("region_of_origin"), words.country(product["country_of_origin"])
    return f"{region}, {country}" if region else country


def _label(product: Document) -> list[tuple[str, str]]:
    """Returns the lines about allergens; none if they are not stated."""
    allergens = product["allergens"]
    if not allergens["stated"]:
        return []
    unstated = words.worded(allergens["unstated"])
    none = "none of those that are stated" if unstated else "none of the 14 allergens that a label must name"
    lines = [("Contains", words.worded(allergens["contains"]) or none)]
    lines += [("May contain", words.worded(allergens["may_contain"]))] if allergens["may_contain"] else []
    free = words.worded(allergens["certified_free"])
    lines += [("Certified free from", free)] if free else []
    return [*lines, ("Not stated of", unstated)] if unstated else lines


def _nutrition(nutrition: Document | None) -> Document | None:
    if nutrition is None:
        return None
    rows = [(label, f"{nutrition[name]} g", part) for name, label, part in words.NUTRIENTS]
    return {
        "per": nutrition["per"],
        "energy": f"{nutrition['energy_kj']} kJ / {nutrition['energy_kcal']} kcal",
        "rows": rows,
    }
