"""Imports that end in their midst."""

from itertools import count

from efi.writing.dispatch import dispatch


class Stopped(Exception):
    """What ends a run half-way."""


def stopping(monkeypatch, module):
    """Ends a run at its n-th order, or with None lets it run."""

    def arm(n):
        orders = count(1)

        def breaking(*args, **options):
            if next(orders) == n:
                raise Stopped
            return dispatch(*args, **options)

        monkeypatch.setattr(module, "dispatch", breaking)

    return arm
