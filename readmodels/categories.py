"""The tree of categories, and how many visible products there are by set of categories (DOMAIN.md ruling 51)."""

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
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.projections import Tally, projects

TREE = "categories"
COUNTS = "category_counts"


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
