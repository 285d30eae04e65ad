"""Commands on the pictures of a product."""

from typing import Annotated

from pydantic import Field

from catalog import pictures
from catalog.commands.products import products
from catalog.domain.product import MOST_PICTURES
from catalog.values import PictureName
from efi.domain.context import Context
from efi.domain.fields import Line
from efi.writing.commands import Command, Subject, command, handles


@command
class AttachPicture(Command):
    """Adds a picture that has been uploaded, behind those that a product has, and says what it shows."""

    product_id: Subject
    name: PictureName
    alt: Line = ""


@handles(AttachPicture)
def attach_picture(command: AttachPicture, context: Context) -> None:
    picture = pictures.kept(command.name, command.alt)
    with products.existing(command.product_id) as product:
        product.attach(picture)


@command
class RemovePicture(Command):
    """Takes a picture off a product."""

    product_id: Subject
    name: PictureName


@handles(RemovePicture)
def remove_picture(command: RemovePicture, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.remove_picture(command.name)


@command
class ArrangePictures(Command):
    """Sets the order of a product's pictures; lists show the first."""

    product_id: Subject
    names: Annotated[tuple[PictureName, ...], Field(max_length=MOST_PICTURES)]


@handles(ArrangePictures)
def arrange_pictures(command: ArrangePictures, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.arrange_pictures(command.names)
