"""Pictures of products and categories: checked by decoding, kept in the sizes that pages ask for."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageCms, ImageOps

from catalog.values import NAME_OF_A_PICTURE, WIDTHS_ON_PAGES, Picture
from efi.domain.errors import Rejected

NAME = re.compile(NAME_OF_A_PICTURE)
LARGEST = 20 * 1024 * 1024
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 60_000_000, "WEBP": 36_000_000}
"""By format, so that none takes more than 700 MB to decode (docs/operations.md#pictures)."""
FORMATS = tuple(MOST_PIXELS)
FULL = 2_560
WIDTHS = (*WIDTHS_ON_PAGES, FULL)
"""In pixels. A picture is never made larger than it came."""
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
SPACES = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}
"""The colours that a profile may be of, and the modes of pictures that have such."""
decoder = ThreadPoolExecutor(1, "pictures")
"""The one thread that decodes pictures, so that many at once take no more memory than one."""


def keep(upload: IO[bytes]) -> str:
    """Keeps a picture under a name made of its bytes, so that the same one is kept once; returns the name.

    Its colours become those of sRGB. What a camera has noted in it, such as the place, is left out. Raises `Rejected`
    for what is too large, or none.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Rejected("a picture is at most 20 MB", code="picture_too_large")
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}"
    if not default_storage.exists(file_of(name, FULL)):
        decoder.submit(_keep_sizes, content, name).result()
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


def _keep_sizes(content: bytes, name: str) -> None:
    picture = _decoded(content)
    for width in WIDTHS:
        _keep_at(width, picture, name)


def _decoded(content: bytes) -> Image.Image:
    """Decodes a picture to the largest size that is kept; refuses too many pixels by its header, before they are."""
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
        most = MOST_PIXELS[picture.format or ""]
        if picture.width * picture.height <= most:
            return _in_srgb(_upright(picture))
    except Exception as error:
        raise Rejected(f"this is no picture: give one as {', '.join(FORMATS)}", code="picture_unreadable") from error
    raise Rejected(f"a {picture.format} picture has at most {most:,} pixels", code="picture_too_large")


def _upright(picture: Image.Image) -> Image.Image:
    """Returns it in 8 bits, no larger than is kept, and turned as the camera was held."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode in ("P", "PA", "1"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((FULL, FULL))
    return ImageOps.exif_transpose(picture)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Returns it in the colours that pages are in, by the profile that came with it if that can be read."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
        if picture.mode in SPACES.get(profile.profile.xcolor_space, ()):
            return ImageCms.profileToProfile(picture, profile, SRGB, outputMode=mode) or picture
    except (KeyError, OSError, ImageCms.PyCMSError):
        pass
    return picture.convert(mode)


def _keep_at(width: int, picture: Image.Image, name: str) -> None:
    """Stores a picture at a width. The largest is stored last, so that where it is all are."""
    made, file = picture.copy(), BytesIO()
    made.thumbnail((width, width))
    made.save(file, "WEBP", quality=82, icc_profile=b"")
    if not default_storage.exists(file_of(name, width)):
        default_storage.save(file_of(name, width), ContentFile(file.getvalue()))
