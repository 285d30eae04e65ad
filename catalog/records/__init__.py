"""What staff list, filter and look up: of the catalogue, of the warehouse, and of what waits for a second person."""

from catalog.records import (
    approvals,
    bundles,
    categories,
    lots,
    movements,
    prices,
    products,
    stock,
    suppliers,
)

__all__ = ["approvals", "bundles", "categories", "lots", "movements", "prices", "products", "stock", "suppliers"]
