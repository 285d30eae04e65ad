"""What customers and staff look up."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models.signals import post_migrate

from efi.contexts import ContextConfig
from readmodels.search import terms


class ReadModelsConfig(ContextConfig):
    name = "readmodels"
    addresses: ClassVar[Mapping[str, str]] = {"api/v1/": "urls"}

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(terms.ensure_indexes, sender=self)
