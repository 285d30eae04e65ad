"""The next release, as far as a test needs one: its product catalogue says other short descriptions."""

from dataclasses import replace

from django.apps import AppConfig

from catalog.events import ProductCreated, ProductDescribed
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import READ_MODELS
from readmodels.product_catalog import NAME

SAYS = "said by the next release"


class Newer(AppConfig):
    """Comes after all that it changes."""

    name = "tests.services.newer"

    def ready(self) -> None:
        today = READ_MODELS[NAME]

        def fold(document: Document, event: Event, commit: Commit) -> None:
            today.fold(document, event, commit)
            if isinstance(event, ProductCreated | ProductDescribed):
                document["short_description"] = SAYS

        READ_MODELS[NAME] = replace(today, version=today.version + 1, fold=fold)
