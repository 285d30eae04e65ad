"""The kernel as a Django app."""

from collections.abc import Mapping
from typing import ClassVar

from efi.contexts import ContextConfig
from efi.runtime import tracing

if tracing.ON:
    from efi.runtime import tracer


class Efi(ContextConfig):
    """Accounts, and the machinery under every context."""

    name = "efi"
    verbose_name = "Elias Food Imports"
    registering = ("accounts", "delivery", "http", "imports", "mails", "operations", "running.registrations", "staff")
    sections: ClassVar[Mapping[str, int]] = {"Waiting": 70, "Insight": 80, "Operations": 90, "Access": 100}

    demo_accounts: ClassVar[Mapping[str, tuple[str, ...]]] = {"staff@efi.example": ()}

    def ready(self) -> None:
        super().ready()
        if tracing.ON:
            tracer.start()
