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
    """The category has another parent, or none; all below it moved with it."""

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
    """The category has this picture now, or none."""

    category_id: UUID
    picture: Picture | None


@event()
class CategoriesArranged(Event):
    """The categories below a parent, or at the top, are shown in this order."""

    parent_id: UUID | None
    category_ids: tuple[UUID, ...]


@event()
class CategoryDeactivated(Event):
    """The category is hidden, with all below it."""

    category_id: UUID


@event()
class CategoryReactivated(Event):
    """The category is shown again, unless one above it is hidden."""

    category_id: UUID
