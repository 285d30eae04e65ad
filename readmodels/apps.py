"""What customers and staff look up."""

from django.apps import AppConfig

from readmodels import categories, price_history, product_catalog

READ_MODELS = (product_catalog, categories, price_history)


class ReadModelsConfig(AppConfig):
    name = "readmodels"
