"""What can be asked of the catalogue: each command beside its handler."""

from catalog.commands import categories, products, stock, suppliers

__all__ = ["categories", "products", "stock", "suppliers"]
