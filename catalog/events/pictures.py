"""What happens to the pictures of a product."""

from uuid import UUID

from catalog.values import Picture
from efi.domain.events import Event, event


@event()
class PictureAttached(Event):
    """The first of a product's pictures is the one that lists show."""

    product_id: UUID
    picture: Picture


@event()
class PictureRemoved(Event):
    product_id: UUID
    name: str


@event()
class PicturesArranged(Event):
    """All pictures of a product, in the order in which they are shown."""

    product_id: UUID
    names: tuple[str, ...]
