"""How lists show states, prices and pictures."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from catalog.admin.uploads import small

GOOD = {"active", "on_sale", "seasonal", "limited_edition"}
WAITS = {"pending_approval", "approved_once", "quarantine", "draft", "inactive"}
BAD = {"recalled", "expired", "rejected", "discontinued", "disposed"}


def mark(state: str) -> str:
    looks = "good" if state in GOOD else "waits" if state in WAITS else "bad" if state in BAD else ""
    return format_html('<span class="efi-mark {}">{}</span>', looks, state.replace("_", " "))


def link_to(kind: str, called: str, **filters: str) -> str:
    """To the list of records of a kind under these filters."""
    return format_html(
        '<a class="efi-link" href="{}?{}">{}</a>',
        reverse(f"admin:catalog_{kind}_changelist"),
        urlencode(filters),
        called,
    )


def money(record: Any) -> str:
    return format_html('<span class="efi-price">{} {}</span>', record.currency, record.price)


def thumbnail(record: Any) -> str:
    """Its first picture, or its initial where it has none."""
    if record.picture:
        return small(record.picture)
    return format_html('<span class="efi-thumb" aria-hidden="true">{}</span>', record.name[:1].upper())
