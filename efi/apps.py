"""The kernel as a Django app."""

from django.apps import AppConfig
from django.core.checks import register

from efi import checks, heartbeat, letters, outdated, tracing
from efi.operations import leftovers, verifying, watching

if tracing.ON:
    from efi import tracer

REGISTERED = (heartbeat, letters, outdated, leftovers, verifying, watching)


class Efi(AppConfig):
    """Accounts, and the machinery under every context."""

    name = "efi"
    verbose_name = "Elias Food Imports"

    def ready(self) -> None:
        register(checks.registrations)
        if tracing.ON:
            tracer.begin()
