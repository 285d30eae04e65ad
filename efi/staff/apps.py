"""The pages for staff as a Django app, which has the records that are of no one context."""

from django.apps import AppConfig


class Staff(AppConfig):
    """What waits for a second person."""

    name = "efi.staff"
    label = "staff"
