"""Cards of products for the shop's pages: all figures and codes in words."""

from collections.abc import Iterable
from datetime import date

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import mark_safe

from efi.log.mongo import Document
from efi.reading.projections import Generation
from efi.runtime.process_cache import ProcessCache
from readmodels.categories import Tree
from readmodels.shop import drawings, words
from readmodels.shop.pages import assets
from readmodels.showing import shown

_printed = ProcessCache[tuple[object, ...], str](5_000)


def printed(rows: Iterable[Document], products: Generation, tree: Tree, today: date) -> str:
    """Returns the cards of a list as HTML, each made once for a revision of its product: most of a page is cards."""

    def made(row: Document) -> str:
        key = (products.name, row["_id"], row["_rev"], tree.revision, today)
        return _printed.get(key, lambda _: _rendered(card(shown(row, tree), today)))

    return mark_safe("".join(map(made, rows)))  # noqa: S308 - printed by a template, each


def _rendered(product: Document) -> str:
    return str(get_template("shop/card.html").render({"card": product, "assets": assets()}))


def card(product: Document, today: date) -> Document:
    """Returns the context of a card for a product as `showing.shown` returns it."""
    slugs = [step["slug"] for category in product["categories"] for step in reversed(category["path"])]
    price, stock = words.money(product["price"]), words.stock(product)
    return {
        "id": product["id"],
        "name": product["name"],
        "unit": product["unit"],
        "address": reverse("shop:product", args=[product["slug"]]),
        "badge": words.OFFERS.get(product.get("offer", "regular"), ""),
        "price": price,
        "price_before": words.price_before(product, today),
        "stock": stock,
        "status": product["stock"]["status"],
        "says": f"{product['name']}: {price}, {stock.lower()}",
        "country": words.country(product["country_of_origin"]),
        "picture": next(map(photo, product.get("pictures", ())), None),
        "drawing": drawings.drawing_of_product(
            slugs, f"{product['name']}. {product['short_description']}", product["unit"]
        ),
        "tint": drawings.tint(product["sku"]),
    }


def photo(picture: Document) -> Document:
    """Adds to a picture the sizes among which a browser chooses."""
    sizes = {int(width): address for width, address in picture["addresses"].items()}
    srcset = ", ".join(f"{address} {width}w" for width, address in sorted(sizes.items()))
    return {**picture, "src": sizes[max(sizes)], "small": sizes[min(sizes)], "srcset": srcset}
