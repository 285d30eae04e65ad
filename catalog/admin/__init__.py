"""The catalogue in the admin: its records, the verbs on them, and what of it the front page shows."""

from catalog.admin import bundles, categories, products, refusals, stock, suppliers, today

__all__ = ["bundles", "categories", "products", "refusals", "stock", "suppliers", "today"]
