"""The tree of categories: the part of a fold that every document with the tree shares."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from catalog.events.categories import (
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
from efi.domain.payloads import Payload, dump


def fold(nodes: Payload, event: Event) -> None:
    """Takes an event into the categories by id. Siblings stand in their order: who is new or moved comes last."""
    match event:
        case CategoryCreated():
            place = {"name": event.name, "slug": event.slug, "parent": _text(event.parent_id)}
            nodes[str(event.category_id)] = {**place, "active": True, "description": "", "picture": None}
        case CategoryRenamed():
            nodes[str(event.category_id)]["name"] = event.name
        case CategoryMoved():
            nodes[str(event.category_id)] = {**nodes.pop(str(event.category_id)), "parent": _text(event.parent_id)}
        case CategoriesArranged():
            for category_id in map(str, event.category_ids):
                nodes[category_id] = nodes.pop(category_id)
        case CategoryDescribed():
            nodes[str(event.category_id)]["description"] = event.description
        case CategoryPictured():
            nodes[str(event.category_id)]["picture"] = dump(event.picture) if event.picture else None
        case CategoryDeactivated():
            nodes[str(event.category_id)]["active"] = False
        case CategoryReactivated():
            nodes[str(event.category_id)]["active"] = True
        case CategoryRemoved():
            del nodes[str(event.category_id)]


def line(nodes: Mapping[str, Any], identity: str | None) -> tuple[str, ...]:
    """Returns the ids from the root down to a category."""
    return (*line(nodes, nodes[identity]["parent"]), identity) if identity else ()


def _text(identity: UUID | None) -> str | None:
    return str(identity) if identity else None
