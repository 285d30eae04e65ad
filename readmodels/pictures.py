"""Where pictures are found, in the widths that pages ask for."""

from typing import Any

from django.conf import settings

WIDTHS = (320, 640, 1_280)
"""In pixels. A file is never wider than the picture came."""


def pictured(picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """With the address of each width."""
    if picture is None:
        return None
    addresses = {str(width): f"{settings.MEDIA_URL}{picture['name']}-{width}.webp" for width in WIDTHS}
    return {**picture, "addresses": addresses}
