"""The kernel as a Django app."""

from django.apps import AppConfig
from django.core.checks import register

from efi.delivery import heartbeat, letters, reactions
from efi.http import cache_invalidation
from efi.operations.monitoring import watch
from efi.operations.rebuilding import orphans
from efi.operations.verification import hourly_check
from efi.running import registrations
from efi.runtime import tracing

if tracing.ON:
    from efi.runtime import tracer

REGISTERED = (heartbeat, letters, reactions, cache_invalidation, orphans, hourly_check, watch)


class Efi(AppConfig):
    """Accounts, and the machinery under every context."""

    name = "efi"
    verbose_name = "Elias Food Imports"

    def ready(self) -> None:
        register(registrations.registrations)
        if tracing.ON:
            tracer.begin()
