"""The catalogue: products, categories, suppliers and stock."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from catalog import claims, expiry
from catalog.domain import upcasters

REGISTERED = (claims, expiry, upcasters)


class Catalog(AppConfig):
    """Registers what the catalogue adds to the kernel."""

    name = "catalog"
    verbose_name = "catalogue"

    def ready(self) -> None:
        autodiscover_modules("grants", "imports")
