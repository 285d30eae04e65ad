"""Contexts: the parts of the business, each a Django app that registers itself by being installed."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import ClassVar

from django.apps import AppConfig

DJANGOS_OWN = (".management.", ".migrations.")
"""Rooms of an app that Django imports when it needs them."""


class ContextConfig(AppConfig):
    """An app whose modules are imported at start, so that whatever a module registers is registered."""

    registering: ClassVar[tuple[str, ...]] = ()
    """The rooms and modules that register something, for an app that may not be imported whole."""
    sections: ClassVar[Mapping[str, int]] = {}
    """Headings in the admin's sidebar, each with its place: those of lower places stand above."""

    default = False  # Django would find this class, too, in each apps.py, and take neither

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        for name in self._modules():
            import_module(name)

    def _modules(self) -> Iterator[str]:
        only = tuple(f".{room}." for room in self.registering) or "."
        for module in walk_packages([self.path], f"{self.name}."):
            place = f"{module.name.removeprefix(self.name)}."
            if place.startswith(only) and not place.startswith(DJANGOS_OWN):
                yield module.name
