"""What can be asked of the catalogue: each command beside its handler."""

from catalog.commands import categories, lots, products, stock, suppliers

__all__ = ["categories", "lots", "products", "stock", "suppliers"]
