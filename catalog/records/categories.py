"""A record for each category, with its place in the tree."""

from collections.abc import Iterator

from catalog.domain.category import DEEPEST
from catalog.events import tree
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
    """Returns a tree without categories."""
    return {"nodes": {}}


def rows(fact: Document) -> Iterator[Document]:
    """Yields one for each category. `place` sorts them as the tree is shown, branch by branch."""
    nodes = fact["nodes"]
    places = {identity: f"{place:06}" for place, identity in enumerate(nodes)}
    for identity, node in nodes.items():
        line = tree.line(nodes, identity)
        path = [nodes[step]["name"] for step in line]
        yield {
            "_id": identity,
            **{name: node[name] for name in ("name", "slug", "description", "active")},
            "parent_id": node["parent"],
            "picture": node["picture"]["name"] if node["picture"] else None,
            "name_order": in_order(node["name"]),
            "path": " / ".join(path),
            "path_order": "\t".join(map(in_order, path)),
            "place": "/".join(places[step] for step in line),
            "shown": all(nodes[step]["active"] for step in line),
            "level": len(path),
            "terms": terms(node["name"], node["slug"]),
        }


@projects(
    NAME,
    streams=("categories",),
    version=5,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding("name_order", "path_order"),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    """Takes an event of the tree into its categories."""
    tree.fold(fact["nodes"], event)
