"""The tree of categories, and how many visible products there are by set of categories (DOMAIN.md ruling 51)."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalog.events import (
    CategoryCreated,
    CategoryMoved,
    CategoryRemoved,
    CategoryRenamed,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDeactivated,
    ProductReactivated,
)
from efi.errors import NotFound
from efi.event_store import Commit
from efi.events import Event
from efi.freshness import Freshness
from efi.mongo import Document
from efi.projections import Generation, Tally, projects

TREE = "categories"
COUNTS = "category_counts"
Crumb = dict[str, str]


def no_categories() -> Document:
    return {"nodes": {}}


@projects(TREE, streams=("categories",), version=1, empty=no_categories)
def fold_tree(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case CategoryCreated():
            parent = str(event.parent_id) if event.parent_id else None
            document["nodes"][str(event.category_id)] = {"name": event.name, "slug": event.slug, "parent": parent}
        case CategoryRenamed():
            document["nodes"][str(event.category_id)]["name"] = event.name
        case CategoryMoved():
            document["nodes"][str(event.category_id)]["parent"] = str(event.parent_id) if event.parent_id else None
        case CategoryRemoved():
            del document["nodes"][str(event.category_id)]


def out_of_sight() -> Document:
    return {"visible": False, "category_ids": []}


def contributes(fact: Document) -> dict[str, dict[str, int]]:
    """A visible product counts once, under the set of its categories."""
    return {"|".join(sorted(fact["category_ids"])): {"products": 1}} if fact["visible"] else {}


@projects(COUNTS, streams=("product",), version=1, shape=Tally, empty=out_of_sight, contributes=contributes)
def fold_counts(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated() | ProductCategorised():
            fact["category_ids"] = list(map(str, event.category_ids))
        case ProductApproved() | ProductReactivated():
            fact["visible"] = True
        case ProductDeactivated():
            fact["visible"] = False


@dataclass
class Tree:
    """The categories as they stood at one revision of their document."""

    revision: int
    updated_at: datetime | None
    nodes: Mapping[str, Document]
    children: dict[str | None, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for identity, node in sorted(self.nodes.items(), key=lambda entry: (entry[1]["name"].casefold(), entry[0])):
            self.children.setdefault(node["parent"], []).append(identity)
        self.by_slug = {node["slug"]: identity for identity, node in self.nodes.items()}
        self.crumbs = {identity: self._crumb(identity) for identity in self.nodes}

    def branch(self, slug: str) -> set[str]:
        """A category and all below it; raises `NotFound` for a slug that none has."""
        if slug not in self.by_slug:
            raise NotFound(f"there is no category {slug[:200]}")
        return set(self._below(self.by_slug[slug]))

    def shown(self, counts: Mapping[str, int], root: str | None = None) -> list[Document]:
        """The branches below `root`, each with how many visible products it has."""
        return [self.one(identity, counts) for identity in self.children.get(root, [])]

    def one(self, identity: str, counts: Mapping[str, int]) -> Document:
        node, branch = self.nodes[identity], set(self._below(identity))
        count = sum(products for key, products in counts.items() if branch.intersection(key.split("|")))
        named = {"id": identity, "slug": node["slug"], "name": node["name"]}
        return {**named, "count": count, "children": self.shown(counts, identity)}

    def _below(self, identity: str) -> Iterator[str]:
        yield identity
        for child in self.children.get(identity, []):
            yield from self._below(child)

    def _crumb(self, identity: str) -> Document:
        node = self.nodes[identity]
        return {"slug": node["slug"], "name": node["name"], "path": self._path(identity)}

    def _path(self, identity: str | None) -> list[Crumb]:
        if identity is None:
            return []
        node = self.nodes[identity]
        return [*self._path(node["parent"]), {"slug": node["slug"], "name": node["name"]}]


NO_TREE = Tree(0, None, {})
_kept: dict[str, tuple[Tree, float]] = {}


def tree_of(generation: Generation, fresh: Freshness) -> Tree:
    """The tree as it stood when its freshness was read, or later: it is looked for once after each reading."""
    kept, looked_at = _kept.get(generation.name) or (NO_TREE, 0.0)
    if looked_at < fresh.read_at:
        looked_at = time.monotonic()
        kept = _newer(generation, kept)
        _kept[generation.name] = kept, looked_at
    return kept


def _newer(generation: Generation, kept: Tree) -> Tree:
    """The same one, for as long as its document's revision is the same."""
    document = generation.documents.find_one({"_id": TREE, "_rev": {"$ne": kept.revision}})
    return Tree(document["_rev"], document["_updated_at"], document["nodes"]) if document else kept


def counted(generation: Generation) -> tuple[dict[str, int], datetime | None]:
    """Visible products by set of categories, and when the newest of what was counted was recorded."""
    tallies = list(generation.documents.find({"products": {"$ne": 0}}))
    newest = max((tally["_updated_at"] for tally in tallies), default=None)
    return {tally["_id"]: tally["products"] for tally in tallies}, newest
