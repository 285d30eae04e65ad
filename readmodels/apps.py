"""What customers and staff look up."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from efi.http import hot_reads
from readmodels import bundles, categories, price_history, product_catalog
from readmodels.search import feed, terms

READ_MODELS = (product_catalog, categories, price_history, bundles)
MIRRORS = (feed,)

SHOWN = (product_catalog.NAME, categories.TREE, categories.COUNTS, bundles.NAME)
hot_reads.serve("products", "/api/v1/products", fed_by=SHOWN)
hot_reads.serve("product", "/api/v1/products/[^/]+", fed_by=SHOWN)
hot_reads.serve("categories", "/api/v1/categories(/[^/]+)?", fed_by=SHOWN)
hot_reads.serve("shop", "/|/products(/[^/]+)?|/categories/[^/]+", fed_by=SHOWN, negotiated=False)


class ReadModelsConfig(AppConfig):
    name = "readmodels"

    def ready(self) -> None:
        post_migrate.connect(terms.ensure_indexes, sender=self)
