"""The tree of categories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from catalog.events import (
    CategoriesArranged,
    CategoryCreated,
    CategoryDeactivated,
    CategoryDescribed,
    CategoryMoved,
    CategoryPictured,
    CategoryReactivated,
    CategoryRemoved,
    CategoryRenamed,
)
from catalog.values import Picture
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event

DEEPEST = 5


@dataclass(kw_only=True)
class Node:
    """One category in the tree."""

    name: str
    slug: str
    parent_id: UUID | None
    description: str = ""
    picture: Picture | None = None
    active: bool = True


@aggregate("categories", told_by=None)
class Categories(Aggregate):
    """All categories in one tree (docs/domain.md#categories); siblings in the order of `nodes`."""

    nodes: dict[UUID, Node] = field(default_factory=dict)

    def create(self, category_id: UUID, *, name: str, slug: str, parent_id: UUID | None) -> None:
        if not slug:
            raise Rejected(f"no address can be made of {name}: give one", code="slug_missing")
        if any(node.slug == slug for node in self.nodes.values()):
            raise Rejected(f"category {slug} is taken", code="taken")
        self._must_fit(parent_id, height=1)
        self.record(CategoryCreated(category_id=category_id, name=name, slug=slug, parent_id=parent_id))

    def rename(self, category_id: UUID, name: str) -> None:
        if self._node(category_id).name != name:
            self.record(CategoryRenamed(category_id=category_id, name=name))

    def describe(self, category_id: UUID, description: str) -> None:
        if self._node(category_id).description != description:
            self.record(CategoryDescribed(category_id=category_id, description=description))

    def picture(self, category_id: UUID, picture: Picture | None) -> None:
        if self._node(category_id).picture != picture:
            self.record(CategoryPictured(category_id=category_id, picture=picture))

    def arrange(self, parent_id: UUID | None, category_ids: tuple[UUID, ...]) -> None:
        standing = self._children(parent_id)
        if sorted(category_ids) != sorted(standing):
            raise Rejected("name each category that is there once", code="categories_differ")
        if list(category_ids) != standing:
            self.record(CategoriesArranged(parent_id=parent_id, category_ids=category_ids))

    def deactivate(self, category_id: UUID) -> None:
        if not self._node(category_id).active:
            raise Rejected("the category is hidden already", code="category_status")
        self.record(CategoryDeactivated(category_id=category_id))

    def reactivate(self, category_id: UUID) -> None:
        if self._node(category_id).active:
            raise Rejected("the category is not hidden", code="category_status")
        self.record(CategoryReactivated(category_id=category_id))

    def move(self, category_id: UUID, parent_id: UUID | None) -> None:
        old_parent_id = self._node(category_id).parent_id
        if parent_id and category_id in self._path(parent_id):
            raise Rejected("a category cannot be moved below itself", code="category_cycle")
        self._must_fit(parent_id, height=self._height(category_id))
        if parent_id != old_parent_id:
            self.record(CategoryMoved(category_id=category_id, old_parent_id=old_parent_id, parent_id=parent_id))

    def remove(self, category_id: UUID, products: int) -> None:
        """Removes a category without categories below it and without products; its guard says how many it has."""
        self._node(category_id)
        if self._children(category_id):
            raise Rejected("a category with categories below it cannot be removed", code="category_not_empty")
        if products:
            raise Rejected(f"a category with products cannot be removed: it has {products}", code="category_not_empty")
        self.record(CategoryRemoved(category_id=category_id))

    def evolve(self, event: Event) -> None:
        match event:
            case CategoryCreated():
                self.nodes[event.category_id] = Node(name=event.name, slug=event.slug, parent_id=event.parent_id)
            case CategoryRenamed():
                self.nodes[event.category_id].name = event.name
            case CategoryMoved():
                self.nodes[event.category_id] = self.nodes.pop(event.category_id)
                self.nodes[event.category_id].parent_id = event.parent_id
            case CategoriesArranged():
                for category_id in event.category_ids:
                    self.nodes[category_id] = self.nodes.pop(category_id)
            case CategoryDescribed():
                self.nodes[event.category_id].description = event.description
            case CategoryPictured():
                self.nodes[event.category_id].picture = event.picture
            case CategoryDeactivated():
                self.nodes[event.category_id].active = False
            case CategoryReactivated():
                self.nodes[event.category_id].active = True
            case CategoryRemoved():
                del self.nodes[event.category_id]

    def _node(self, category_id: UUID) -> Node:
        if category_id not in self.nodes:
            raise NotFound(f"there is no category {category_id}")
        return self.nodes[category_id]

    def _must_fit(self, parent_id: UUID | None, height: int) -> None:
        """Raises `Rejected` where a branch of so many levels would go too deep below the parent."""
        depth = len(list(self._path(parent_id))) if parent_id else 0
        if depth + height > DEEPEST:
            raise Rejected(f"categories are at most {DEEPEST} levels deep", code="category_too_deep")

    def _path(self, category_id: UUID | None) -> Iterator[UUID]:
        """Yields the ids from a category up to its root."""
        while category_id:
            yield category_id
            category_id = self._node(category_id).parent_id

    def _children(self, category_id: UUID | None) -> list[UUID]:
        return [child for child, node in self.nodes.items() if node.parent_id == category_id]

    def _height(self, category_id: UUID) -> int:
        return 1 + max(map(self._height, self._children(category_id)), default=0)
