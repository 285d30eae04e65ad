"""What customers and staff look up."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from readmodels import bundles, categories, price_history, product_catalog, search_terms

READ_MODELS = (product_catalog, categories, price_history, bundles)


class ReadModelsConfig(AppConfig):
    name = "readmodels"

    def ready(self) -> None:
        post_migrate.connect(search_terms.ensure_indexes, sender=self)
