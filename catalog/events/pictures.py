"""What happens to the pictures of a product."""

from uuid import UUID

from catalog.values import Picture
from efi.domain.events import Event, event


@event()
class PictureAttached(Event):
    """The product has one more picture; the first of all is the one that lists show."""

    product_id: UUID
    picture: Picture


@event()
class PictureRemoved(Event):
    product_id: UUID
    name: str


@event()
class PicturesArranged(Event):
    """The product's pictures are shown in this order."""

    product_id: UUID
    names: tuple[str, ...]
