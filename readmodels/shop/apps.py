"""The shop window: pages for people, made of the same documents as the API's answers."""

from collections.abc import Mapping
from typing import ClassVar

from efi.contexts import ContextConfig


class ShopConfig(ContextConfig):
    name = "readmodels.shop"
    addresses: ClassVar[Mapping[str, str]] = {"": "urls"}
