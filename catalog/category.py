"""The tree of categories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from catalog.events import (
    CategoryCreated,
    CategoryMoved,
    CategoryRemoved,
    CategoryRenamed,
)
from efi.aggregate import Aggregate, aggregate
from efi.errors import NotFound, Rejected
from efi.events import Event

DEEPEST = 5


@dataclass(kw_only=True)
class Node:
    """One category in the tree."""

    name: str
    slug: str
    parent_id: UUID | None


@aggregate("categories")
class Categories(Aggregate):
    """All categories in one tree, at most five levels deep (DOMAIN.md 2.1)."""

    nodes: dict[UUID, Node] = field(default_factory=dict)

    def create(self, category_id: UUID, *, name: str, slug: str, parent_id: UUID | None) -> None:
        if not slug:
            raise Rejected(f"no slug can be made of {name}: give one", code="slug_missing")
        if any(node.slug == slug for node in self.nodes.values()):
            raise Rejected(f"category {slug} is taken", code="taken")
        self._must_fit(parent_id, height=1)
        self.record(CategoryCreated(category_id=category_id, name=name, slug=slug, parent_id=parent_id))

    def rename(self, category_id: UUID, name: str) -> None:
        if self._node(category_id).name != name:
            self.record(CategoryRenamed(category_id=category_id, name=name))

    def move(self, category_id: UUID, parent_id: UUID | None) -> None:
        old_parent_id = self._node(category_id).parent_id
        if parent_id and category_id in self._path(parent_id):
            raise Rejected("a category cannot be moved below itself", code="category_cycle")
        self._must_fit(parent_id, height=self._height(category_id))
        if parent_id != old_parent_id:
            self.record(CategoryMoved(category_id=category_id, old_parent_id=old_parent_id, parent_id=parent_id))

    def remove(self, category_id: UUID, products: int) -> None:
        """`products`: how many are in it, by its guard."""
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
                self.nodes[event.category_id].parent_id = event.parent_id
            case CategoryRemoved():
                del self.nodes[event.category_id]

    def _node(self, category_id: UUID) -> Node:
        if category_id not in self.nodes:
            raise NotFound(f"there is no category {category_id}")
        return self.nodes[category_id]

    def _must_fit(self, parent_id: UUID | None, height: int) -> None:
        """`height`: levels of the branch that comes below the parent."""
        depth = len(list(self._path(parent_id))) if parent_id else 0
        if depth + height > DEEPEST:
            raise Rejected(f"categories are at most {DEEPEST} levels deep", code="category_too_deep")

    def _path(self, category_id: UUID | None) -> Iterator[UUID]:
        """From a category up to its root."""
        while category_id:
            yield category_id
            category_id = self._node(category_id).parent_id

    def _children(self, category_id: UUID) -> list[UUID]:
        return [child for child, node in self.nodes.items() if node.parent_id == category_id]

    def _height(self, category_id: UUID) -> int:
        return 1 + max(map(self._height, self._children(category_id)), default=0)
