"""The addresses of pictures, in the widths that pages ask for."""

from typing import Any

from django.conf import settings

from catalog.values import WIDTHS_ON_PAGES


def pictured(picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """Returns a picture with the address of each width."""
    if picture is None:
        return None
    addresses = {str(width): f"{settings.MEDIA_URL}{picture['name']}-{width}.webp" for width in WIDTHS_ON_PAGES}
    return {**picture, "addresses": addresses}
