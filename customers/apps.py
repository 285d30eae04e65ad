"""Customers: who buys, on what terms, and what is theirs."""

from collections.abc import Mapping
from typing import ClassVar

from efi.contexts import ContextConfig


class Customers(ContextConfig):
    """People and businesses that buy, with their accounts."""

    name = "customers"
    verbose_name = "customers"
    sections: ClassVar[Mapping[str, int]] = {"Customers": 30}
    demo_accounts: ClassVar[Mapping[str, tuple[str, ...]]] = {"service@efi.example": ("customer staff",)}
    addresses: ClassVar[Mapping[str, str]] = {"api/v1/": "urls", "account/": "pages.urls"}
