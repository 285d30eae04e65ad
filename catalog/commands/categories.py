"""Commands on the tree of categories."""

from uuid import UUID

from django.utils.text import slugify

from catalog.category import Categories
from catalog.commands.fields import Name, Slug
from efi.claims import count, drop_guard, guard, raise_guard
from efi.commands import Command, command, handles
from efi.context import Context
from efi.errors import Rejected
from efi.repository import Repository

tree = Repository(Categories)


@command
class CreateCategory(Command):
    """Adds a category, at the top or below another. Its slug is made of its name unless one is given."""

    name: Name
    slug: Slug | None = None
    parent_id: UUID | None = None


@handles(CreateCategory, transaction=True, creates=True)
def create_category(command: CreateCategory, context: Context) -> None:
    category_id, slug = context.new_id(), command.slug or slugify(command.name)
    with tree.opened() as categories:
        categories.create(category_id, name=command.name, slug=slug, parent_id=command.parent_id)
    raise_guard(occupied(category_id))


@command
class RenameCategory(Command):
    """Gives a category another name; its slug, and with it its address, stays."""

    category_id: UUID
    name: Name


@handles(RenameCategory)
def rename_category(command: RenameCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.rename(command.category_id, command.name)


@command
class MoveCategory(Command):
    """Moves a category with all below it, to the top or below another."""

    category_id: UUID
    parent_id: UUID | None


@handles(MoveCategory)
def move_category(command: MoveCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.move(command.category_id, command.parent_id)


@command
class RemoveCategory(Command):
    """Removes a category that has neither products nor categories in it."""

    category_id: UUID


@handles(RemoveCategory, transaction=True)
def remove_category(command: RemoveCategory, context: Context) -> None:
    products = guard(occupied(command.category_id))
    with tree.opened() as categories:
        categories.remove(command.category_id, products["count"] if products else 0)
    drop_guard(occupied(command.category_id))


def occupied(category_id: UUID) -> str:
    """The guard that counts a category's products, so that it is removed only when empty."""
    return f"category:{category_id}"


def move_in(category_ids: set[UUID], change: int) -> None:
    """Counts a product in or out of categories; raises `Rejected` where one is not there."""
    for category_id in sorted(category_ids):
        if not count(occupied(category_id), change):
            raise Rejected(f"there is no category {category_id}", code="category_unknown")
