"""Pictures, drawn for the occasion."""

from io import BytesIO

from PIL import Image

from catalog import pictures


def drawn(colour: str = "olive", *, size: tuple[int, int] = (40, 30), kind: str = "PNG", **details: object) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **details)
    file.seek(0)
    return file


def uploaded(colour: str = "olive") -> str:
    """The name under which it is kept."""
    return pictures.keep(drawn(colour))
