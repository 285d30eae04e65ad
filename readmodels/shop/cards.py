"""A product as the shop's pages tell it: all figures and codes in words."""

from datetime import date

from django.urls import reverse

from efi.mongo import Document
from readmodels.shop import drawings, words


def card(product: Document, today: date) -> Document:
    """Of a product as the API shows it."""
    slugs = [step["slug"] for category in product["categories"] for step in reversed(category["path"])]
    price, stock = words.money(product["price"]), words.stock(product)
    return {
        "id": product["id"],
        "name": product["name"],
        "unit": product["unit"],
        "address": reverse("shop:product", args=[product["slug"]]),
        "price": price,
        "price_before": words.price_before(product, today),
        "stock": stock,
        "status": product["stock"]["status"],
        "says": f"{product['name']}: {price}, {stock.lower()}",
        "country": words.country(product["country_of_origin"]),
        "picture": next(iter(product.get("pictures") or ()), None),
        "drawing": drawings.drawing(slugs, product["unit"], product["sku"]),
        "tint": drawings.tint(product["sku"]),
    }
