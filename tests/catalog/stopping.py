"""Imports that end in their midst."""

from itertools import count

from efi.imports import importer
from efi.writing.batch_dispatch import Apart, dispatch_together
from efi.writing.dispatch import dispatch


class Stopped(Exception):
    """What ends a run half-way."""


def stopping(monkeypatch):
    """Ends a run at its n-th order, of which none goes together with others; or with None lets it run."""

    def arm(n):
        orders = count(1)

        def breaking(*args, **options):
            if next(orders) == n:
                raise Stopped
            return dispatch(*args, **options)

        monkeypatch.setattr(importer, "dispatch", breaking)
        monkeypatch.setattr(importer, "dispatch_together", apart if n else dispatch_together)

    return arm


def apart(orders):
    """In place of `dispatch_together`: nothing goes through together."""
    raise Apart
