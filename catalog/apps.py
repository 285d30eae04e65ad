"""The catalogue: products, categories, suppliers and stock."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.core.management import call_command

from efi.contexts import ContextConfig


class Catalog(ContextConfig):
    """Products and what belongs to them."""

    name = "catalog"
    verbose_name = "catalogue"
    sections: ClassVar[Mapping[str, int]] = {"Catalogue": 10, "Stock": 20}
    addresses: ClassVar[Mapping[str, str]] = {"api/v1/": "urls", "": "media"}
    takes_files: ClassVar[tuple[str, ...]] = ("api/v1/pictures",)
    demo_accounts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "approver@efi.example": ("catalogue staff", "approvers"),
        "reports@efi.example": ("reporting staff",),
    }

    def fill_demo(self) -> None:
        call_command("import_trade", str(settings.BASE_DIR / "demo" / "northwind"))
