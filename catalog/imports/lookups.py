"""Who holds a unique name, as the log has it: categories by slug, suppliers by code, products by SKU."""

from uuid import UUID

from catalog.commands.categories import tree
from efi.domain.context import made_by
from efi.domain.errors import NotFound
from efi.writing import claims


def category_ids() -> dict[str, UUID]:
    """Returns the ids of all categories, by slug."""
    return {node.slug: category_id for category_id, node in tree.load().nodes.items()}


def holder(claim: str) -> UUID:
    """Returns whose a unique value is; raises `NotFound`."""
    held = claims.holders([claim])
    if not held:
        raise NotFound(f"nothing holds {claim}")
    return made_by(held[claim])
