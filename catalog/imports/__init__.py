"""What is brought in from files, and taken out as files."""

from catalog.imports import exporting, products

__all__ = ["exporting", "products"]
