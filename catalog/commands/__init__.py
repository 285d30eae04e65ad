"""What can be asked of the catalogue: each command beside its handler."""

from catalog.commands import (
    bundles,
    categories,
    lots,
    pictures,
    products,
    proposals,
    stock,
    suppliers,
)

__all__ = ["bundles", "categories", "lots", "pictures", "products", "proposals", "stock", "suppliers"]
