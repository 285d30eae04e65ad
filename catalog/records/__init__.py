"""What staff list, filter and look up: a record for each product, category, supplier and lot."""

from catalog.records import categories, lots, products, suppliers

__all__ = ["categories", "lots", "products", "suppliers"]
