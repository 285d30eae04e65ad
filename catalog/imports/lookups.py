"""Who holds a unique name, as the log has it: categories by slug, suppliers by code, products by SKU."""

from collections.abc import Iterable
from uuid import UUID

from catalog.commands.categories import tree
from efi.domain.context import Context
from efi.domain.errors import NotFound
from efi.log import event_store
from efi.writing.claims import claims


def category_ids() -> dict[str, UUID]:
    """Of all categories, by slug."""
    return {node.slug: category_id for category_id, node in tree.load().nodes.items()}


def commands_behind(taken: Iterable[str]) -> dict[str, UUID]:
    """Of claims such as `sku:NW-001` those that are taken, each with the command that took it."""
    held = claims().find({"_id": {"$in": list(taken)}})
    return {claim["_id"]: claim["command_id"] for claim in held}


def made_by(command_id: UUID) -> UUID:
    """The id of what a command has created."""
    return Context(command_id=command_id, actor="", at=event_store.now(), correlation_id=command_id).new_id()


def holder(claim: str) -> UUID:
    """Whose a unique value is; raises `NotFound`."""
    held = commands_behind([claim])
    if not held:
        raise NotFound(f"nothing holds {claim}")
    return made_by(held[claim])
