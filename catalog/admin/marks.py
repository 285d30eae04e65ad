"""How lists show states and pictures."""

from typing import Any

from django.utils.html import format_html

GOOD = {"active", "on_sale", "seasonal", "limited_edition", "done"}
WAITS = {"pending_approval", "approved_once", "quarantine", "draft", "waiting"}
BAD = {"recalled", "expired", "held", "rejected", "discontinued", "disposed"}


def mark(state: str) -> str:
    looks = "good" if state in GOOD else "waits" if state in WAITS else "bad" if state in BAD else ""
    return format_html('<span class="efi-mark {}">{}</span>', looks, state.replace("_", " "))


def thumbnail(product: Any) -> str:
    """Its first picture, or its initial where it has none."""
    return format_html('<span class="efi-thumb" aria-hidden="true">{}</span>', product.name[:1].upper())
