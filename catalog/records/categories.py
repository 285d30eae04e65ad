"""A record for each category, with its place in the tree."""

from collections.abc import Iterator

from catalog.category import DEEPEST
from catalog.events import CategoryCreated, CategoryMoved, CategoryRemoved, CategoryRenamed
from efi.event_store import Commit
from efi.events import Event
from efi.mongo import Document
from efi.projections import Rows, projects
from efi.records import Listing, hiding
from efi.texts import in_order, terms

NAME = "category_records"
listing = Listing(
    closed={"level": tuple(range(1, DEEPEST + 1))},
    sorts={"path": ("path_order",), "name": ("name_order",), "slug": ("slug",), "updated_at": ("_updated_at",)},
)


def empty() -> Document:
    return {"nodes": {}}


def rows(fact: Document) -> Iterator[Document]:
    for identity, node in fact["nodes"].items():
        path = list(_path(fact["nodes"], identity))[::-1]
        yield {
            "_id": identity,
            **node,
            "name_order": in_order(node["name"]),
            "path": " / ".join(path),
            "path_order": "\t".join(map(in_order, path)),
            "level": len(path),
            "terms": terms(node["name"], node["slug"]),
        }


def _path(nodes: Document, identity: str | None) -> Iterator[str]:
    """Names, from a category up to its root."""
    while identity:
        yield nodes[identity]["name"]
        identity = nodes[identity]["parent_id"]


@projects(
    NAME,
    streams=("categories",),
    version=1,
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
            fact["nodes"][str(event.category_id)] = {"name": event.name, "slug": event.slug, "parent_id": parent_id}
        case CategoryRenamed():
            fact["nodes"][str(event.category_id)]["name"] = event.name
        case CategoryMoved():
            fact["nodes"][str(event.category_id)]["parent_id"] = str(event.parent_id) if event.parent_id else None
        case CategoryRemoved():
            del fact["nodes"][str(event.category_id)]
