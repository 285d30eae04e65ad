"""The tavern as a Django app."""

from collections.abc import Mapping
from typing import ClassVar

from efi.contexts import ContextConfig


class Tavern(ContextConfig):
    """Cellars, kegs and tabs."""

    name = "tavern"
    verbose_name = "tavern"
    sections: ClassVar[Mapping[str, int]] = {"Tavern": 60}
