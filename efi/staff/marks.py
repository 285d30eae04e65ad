"""How pages show the states and prices of records, and links to lists of them."""

from typing import Any, Literal

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

LOOKS: dict[str, str] = {}


def show_as(looks: Literal["good", "waits", "bad"], *states: str) -> None:
    """Registers how marks of these states look; raises `ValueError` where one looks otherwise already."""
    for state in states:
        if LOOKS.setdefault(state, looks) != looks:
            raise ValueError(f"{state} is shown as {LOOKS[state]} already")


def mark(state: str) -> str:
    """Returns the state in words, in the colour that was registered for it."""
    return format_html('<span class="efi-mark {}">{}</span>', LOOKS.get(state, ""), state.replace("_", " "))


def link_to(kind: type[Model], called: str, **filters: str) -> str:
    """Returns a link to the list of records of a kind under these filters."""
    return format_html(
        '<a class="efi-link" href="{}?{}">{}</a>',
        reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist"),
        urlencode(filters),
        called,
    )


def money(record: Any) -> str:
    """Returns the record's price with its currency."""
    return format_html('<span class="efi-price">{} {}</span>', record.currency, record.price)
