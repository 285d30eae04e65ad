"""What customers and staff look up."""

from django.db.models.signals import post_migrate

from efi.contexts import ContextConfig
from readmodels.search import terms


class ReadModelsConfig(ContextConfig):
    name = "readmodels"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(terms.ensure_indexes, sender=self)
