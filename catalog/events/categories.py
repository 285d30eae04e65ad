"""What happens to the tree of categories."""

from uuid import UUID

from catalog.values import Picture
from efi.domain.events import Event, event


@event()
class CategoryCreated(Event):
    category_id: UUID
    name: str
    slug: str
    parent_id: UUID | None


@event()
class CategoryRenamed(Event):
    category_id: UUID
    name: str


@event()
class CategoryMoved(Event):
    """It and all below it."""

    category_id: UUID
    old_parent_id: UUID | None
    parent_id: UUID | None


@event()
class CategoryRemoved(Event):
    category_id: UUID


@event()
class CategoryDescribed(Event):
    category_id: UUID
    description: str


@event()
class CategoryPictured(Event):
    """It has this picture now, or none."""

    category_id: UUID
    picture: Picture | None


@event()
class CategoriesArranged(Event):
    """All that are below a category, or at the top, in the order in which they are shown."""

    parent_id: UUID | None
    category_ids: tuple[UUID, ...]


@event()
class CategoryDeactivated(Event):
    """It is hidden, with all below it."""

    category_id: UUID


@event()
class CategoryReactivated(Event):
    """It is shown again, as far as what is above it is."""

    category_id: UUID
