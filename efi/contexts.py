"""Contexts: the parts of the business, each a Django app that registers itself by being installed."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import ClassVar

from django.apps import AppConfig, apps

DJANGOS_OWN = (".management.", ".migrations.")
"""Rooms of an app that Django imports when it needs them."""


class ContextConfig(AppConfig):
    """An app whose modules are imported at start, so that whatever a module registers is registered."""

    registering: ClassVar[tuple[str, ...]] = ()
    """The rooms and modules that register something, for an app that may not be imported whole."""
    sections: ClassVar[Mapping[str, int]] = {}
    """Headings in the admin's sidebar, each with its place: those of lower places stand above."""

    addresses: ClassVar[Mapping[str, str]] = {}
    """Modules with addresses, each by where these begin: `{"api/v1/": "urls"}`."""
    takes_files: ClassVar[tuple[str, ...]] = ()
    """The beginnings of addresses that take files of up to 20 MB; other bodies are smaller."""
    demo_accounts: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Accounts to try the program with, each with its groups. One without groups may do everything."""

    default = False  # Django would find this class, too, in each apps.py, and take neither

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        for name in self._modules():
            import_module(name)

    def fill_demo(self) -> None:
        """Gives commands that make something to look at, in a database that is new."""

    def _modules(self) -> Iterator[str]:
        only = tuple(f".{room}." for room in self.registering) or "."
        for module in walk_packages([self.path], f"{self.name}."):
            place = f"{module.name.removeprefix(self.name)}."
            if place.startswith(only) and not place.startswith(DJANGOS_OWN):
                yield module.name


def contexts() -> list[ContextConfig]:
    """Returns the apps that register themselves, in the order in which they are installed."""
    return [app for app in apps.get_app_configs() if isinstance(app, ContextConfig)]
