"""Pictures of products and categories: checked by decoding, kept in the sizes that pages ask for."""

import hashlib
import re
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from catalog.values import NAME_OF_A_PICTURE, WIDTHS_ON_PAGES, Picture
from efi.domain.errors import Rejected

NAME = re.compile(NAME_OF_A_PICTURE)
LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
FULL = 2_560
WIDTHS = (*WIDTHS_ON_PAGES, FULL)
"""In pixels. A picture is never made larger than it came."""


def keep(upload: IO[bytes]) -> str:
    """Keeps a picture under a name made of its bytes, so that the same one is kept once; returns the name.

    What a camera has noted in it, such as the place, is left out. Raises `Rejected` for what is too large, or none.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Rejected("a picture is at most 20 MB", code="picture_too_large")
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}"
    if not default_storage.exists(file_of(name, FULL)):
        picture = _decoded(content)
        for width in WIDTHS:
            _keep_at(width, picture, name)
    return name


def kept(name: str, alt: str) -> Picture:
    """Raises `Rejected` where no such picture is kept."""
    if not default_storage.exists(file_of(name, FULL)):
        raise Rejected(f"there is no picture {name}: upload it first", code="picture_unknown")
    with default_storage.open(file_of(name, FULL)) as file, Image.open(file) as picture:
        return Picture(name=name, alt=alt, width=picture.width, height=picture.height)


def file_of(name: str, width: int) -> str:
    """Returns the path of a picture's file of this width in the storage."""
    return f"{name}-{width}.webp"


def _decoded(content: bytes) -> Image.Image:
    """Decodes a picture; refuses too many pixels by its header, before they take memory."""
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
        if picture.width * picture.height <= MOST_PIXELS:
            return ImageOps.exif_transpose(picture).convert("RGBA" if picture.has_transparency_data else "RGB")
    except Exception as error:
        raise Rejected(f"this is no picture: give one as {', '.join(FORMATS)}", code="picture_unreadable") from error
    raise Rejected(f"a picture has at most {MOST_PIXELS:,} pixels", code="picture_too_large")


def _keep_at(width: int, picture: Image.Image, name: str) -> None:
    """Stores a picture at a width. The largest is stored last, so that where it is all are."""
    made, file = picture.copy(), BytesIO()
    made.thumbnail((width, width))
    made.save(file, "WEBP", quality=82)
    if not default_storage.exists(file_of(name, width)):
        default_storage.save(file_of(name, width), ContentFile(file.getvalue()))
