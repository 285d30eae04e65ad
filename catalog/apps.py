"""The catalogue: products, categories, suppliers and stock."""

from collections.abc import Mapping
from typing import ClassVar

from efi.contexts import ContextConfig


class Catalog(ContextConfig):
    """Products and what belongs to them."""

    name = "catalog"
    verbose_name = "catalogue"
    sections: ClassVar[Mapping[str, int]] = {"Catalogue": 10, "Stock": 20}
