"""What is registered: by the program alone, and what each app brings for the tests that walk the registries."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from unittest.mock import patch

from django.apps import apps

from efi.domain.events import EVENTS


def brought(name: str) -> Iterator[ModuleType]:
    """Imports the module of this name of each app that has tests: `tests.catalog.scenarios`, and so on."""
    for app in apps.get_app_configs():
        folder = f"tests.{app.label}"
        if find_spec(folder) and find_spec(f"{folder}.{name}"):
            yield import_module(f"{folder}.{name}")


@contextmanager
def by_the_program_alone() -> Iterator[None]:
    """For as long as it lasts, there are no events but those of the program: what pages of its docs are made of."""
    with patch.dict(
        EVENTS, {name: kind for name, kind in EVENTS.items() if not name.startswith("tavern.")}, clear=True
    ):
        yield
