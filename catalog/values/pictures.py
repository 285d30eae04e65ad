"""Pictures that are kept of products and categories."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from efi.domain.fields import LONGEST_NAME
from efi.domain.payloads import told_as

NAME_OF_A_PICTURE = told_as("the name of a picture that was uploaded", "^[0-9a-f]{2}/[0-9a-f]{64}$")
PictureName = Annotated[str, Field(pattern=NAME_OF_A_PICTURE)]
"""Where a picture is kept: made of a hash of its bytes."""
WIDTHS_ON_PAGES = (320, 640, 1_280)
"""In pixels: the widths beside its own in which a picture is kept. None is wider than the picture came."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that has been kept: `name` is where, and the pixels are those of its largest size."""

    name: PictureName
    alt: Annotated[str, Field(max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f]*$")] = ""
    width: Annotated[int, Field(ge=1, le=100_000)]
    height: Annotated[int, Field(ge=1, le=100_000)]
