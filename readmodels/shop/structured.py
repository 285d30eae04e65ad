"""Products and breadcrumbs for search engines, as schema.org describes them, in JSON-LD."""

from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

from catalog.values import Availability
from efi.log.mongo import Document

ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
AVAILABILITY = {
    Availability.IN_STOCK: "https://schema.org/InStock",
    Availability.OUT_OF_STOCK: "https://schema.org/OutOfStock",
    Availability.DISCONTINUED: "https://schema.org/Discontinued",
    Availability.RECALLED: "https://schema.org/Discontinued",
}


def product(shown: Document, host: str, path: str) -> SafeString:
    """Returns the JSON-LD of a product as `showing.shown` returns it, at its page's address."""
    offer = {
        "@type": "Offer",
        "url": host + path,
        "price": shown["price"]["amount"],
        "priceCurrency": shown["price"]["currency"],
        "availability": AVAILABILITY[shown["stock"]["status"]],
    }
    thing = {"@type": "Product", "name": shown["name"], "sku": shown["sku"], "description": shown["description"]}
    thing |= {"countryOfOrigin": {"@type": "Country", "name": shown["country_of_origin"]}, "offers": offer}
    if shown.get("brand"):
        thing["brand"] = {"@type": "Brand", "name": shown["brand"]}
    if pictures := shown.get("pictures"):
        thing["image"] = [
            host + max(picture["addresses"].items(), key=lambda size: int(size[0]))[1] for picture in pictures
        ]
    return _script(thing)


def crumbs(steps: list[Document], host: str) -> SafeString:
    """Returns the JSON-LD of breadcrumbs; each step has a name and an address, from the front page down."""
    items = [
        {"@type": "ListItem", "position": position, "name": step["name"], "item": host + step["address"]}
        for position, step in enumerate(steps, start=1)
    ]
    return _script({"@type": "BreadcrumbList", "itemListElement": items})


def _script(thing: dict[str, Any]) -> SafeString:
    """Returns JSON that cannot end the script element in which it stands."""
    text = orjson.dumps({"@context": "https://schema.org", **thing}).decode().translate(ESCAPES)
    return mark_safe(text)  # noqa: S308 - escaped in the line above
