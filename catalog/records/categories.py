"""A record for each category, with its place in the tree."""

from collections.abc import Iterator

from catalog.domain.category import DEEPEST
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
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding

NAME = "category_records"
listing = Listing(
    closed={"level": tuple(range(1, DEEPEST + 1)), "active": (True, False)},
    open=("parent_id",),
    sorts={
        "path": ("path_order",),
        "place": ("place",),
        "name": ("name_order",),
        "slug": ("slug",),
        "updated_at": ("_updated_at",),
    },
)


def empty() -> Document:
    return {"nodes": {}, "order": []}


def rows(fact: Document) -> Iterator[Document]:
    """`place` sorts them as the tree is shown: branch by branch, siblings in the order that staff gave them."""
    places = {identity: f"{place:06}" for place, identity in enumerate(fact["order"])}
    for identity, node in fact["nodes"].items():
        line = list(_line(fact["nodes"], identity))[::-1]
        path = [fact["nodes"][step]["name"] for step in line]
        yield {
            "_id": identity,
            **node,
            "name_order": in_order(node["name"]),
            "path": " / ".join(path),
            "path_order": "\t".join(map(in_order, path)),
            "place": "/".join(places[step] for step in line),
            "shown": all(fact["nodes"][step]["active"] for step in line),
            "level": len(path),
            "terms": terms(node["name"], node["slug"]),
        }


def _line(nodes: Document, identity: str | None) -> Iterator[str]:
    """Ids, from a category up to its root."""
    while identity:
        yield identity
        identity = nodes[identity]["parent_id"]


def _place_last(fact: Document, identity: str) -> None:
    fact["order"].remove(identity)
    fact["order"].append(identity)


@projects(
    NAME,
    streams=("categories",),
    version=2,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding("name_order", "path_order"),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case CategoryCreated():
            parent_id = str(event.parent_id) if event.parent_id else None
            node = {"name": event.name, "slug": event.slug, "parent_id": parent_id}
            fact["nodes"][str(event.category_id)] = {**node, "description": "", "picture": None, "active": True}
            fact["order"].append(str(event.category_id))
        case CategoryRenamed():
            fact["nodes"][str(event.category_id)]["name"] = event.name
        case CategoryDescribed():
            fact["nodes"][str(event.category_id)]["description"] = event.description
        case CategoryPictured():
            fact["nodes"][str(event.category_id)]["picture"] = event.picture.name if event.picture else None
        case CategoryMoved():
            fact["nodes"][str(event.category_id)]["parent_id"] = str(event.parent_id) if event.parent_id else None
            _place_last(fact, str(event.category_id))
        case CategoriesArranged():
            for category_id in event.category_ids:
                _place_last(fact, str(category_id))
        case CategoryDeactivated():
            fact["nodes"][str(event.category_id)]["active"] = False
        case CategoryReactivated():
            fact["nodes"][str(event.category_id)]["active"] = True
        case CategoryRemoved():
            del fact["nodes"][str(event.category_id)]
            fact["order"].remove(str(event.category_id))
