"""The catalogue in the admin: its records, the verbs on them, and what of it the front page shows."""

from catalog.admin import bundles, categories, journals, products, refusals, stock, suppliers, today, waiting

__all__ = [
    "bundles",
    "categories",
    "journals",
    "products",
    "refusals",
    "stock",
    "suppliers",
    "today",
    "waiting",
]
