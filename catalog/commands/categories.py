"""Commands on the tree of categories."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from catalog import pictures
from catalog.domain.category import Categories
from catalog.domain.slugs import slug_of
from catalog.values import PictureName
from efi.domain.context import Context
from efi.domain.errors import Rejected
from efi.domain.fields import Line, Name, Slug, Text
from efi.writing.claims import count, drop_guard, guard, raise_guard
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

tree = Repository(Categories)


@command
class CreateCategory(Command):
    """Adds a category, at the top or below another. Its address is made of its name unless one is given."""

    name: Name
    slug: Slug | None = None
    parent_id: UUID | None = None


@handles(CreateCategory, transaction=True, creates=True)
def create_category(command: CreateCategory, context: Context) -> None:
    category_id, slug = context.new_id(), command.slug or slug_of(command.name)
    with tree.opened() as categories:
        categories.create(category_id, name=command.name, slug=slug, parent_id=command.parent_id)
    raise_guard(occupied(category_id))


@command
class RenameCategory(Command):
    """Gives a category another name; its address stays."""

    category_id: Subject
    name: Name


@handles(RenameCategory)
def rename_category(command: RenameCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.rename(command.category_id, command.name)


@command
class DescribeCategory(Command):
    """Says anew what is found in a category."""

    category_id: Subject
    description: Text


@handles(DescribeCategory)
def describe_category(command: DescribeCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.describe(command.category_id, command.description)


@command
class PictureCategory(Command):
    """Gives a category a picture that has been uploaded, or none."""

    category_id: Subject
    name: PictureName | None
    alt: Line = ""


@handles(PictureCategory)
def picture_category(command: PictureCategory, context: Context) -> None:
    picture = pictures.kept(command.name, command.alt) if command.name else None
    with tree.opened() as categories:
        categories.picture(command.category_id, picture)


@command
class ArrangeCategories(Command):
    """Sets the order of all categories below one, or at the top."""

    parent_id: Subject | None
    category_ids: Annotated[tuple[UUID, ...], Field(max_length=1_000)]


@handles(ArrangeCategories)
def arrange_categories(command: ArrangeCategories, context: Context) -> None:
    with tree.opened() as categories:
        categories.arrange(command.parent_id, command.category_ids)


@command
class DeactivateCategory(Command):
    """Hides a category with all below it. Products that are nowhere else are no longer listed."""

    category_id: Subject


@handles(DeactivateCategory)
def deactivate_category(command: DeactivateCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.deactivate(command.category_id)


@command
class ReactivateCategory(Command):
    """Shows a hidden category again."""

    category_id: Subject


@handles(ReactivateCategory)
def reactivate_category(command: ReactivateCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.reactivate(command.category_id)


@command
class MoveCategory(Command):
    """Moves a category with all below it, to the top or below another."""

    category_id: Subject
    parent_id: UUID | None


@handles(MoveCategory)
def move_category(command: MoveCategory, context: Context) -> None:
    with tree.opened() as categories:
        categories.move(command.category_id, command.parent_id)


@command
class RemoveCategory(Command):
    """Removes a category that has neither products nor categories in it."""

    category_id: Subject


@handles(RemoveCategory, transaction=True)
def remove_category(command: RemoveCategory, context: Context) -> None:
    products = guard(occupied(command.category_id))
    with tree.opened() as categories:
        categories.remove(command.category_id, products["count"] if products else 0)
    drop_guard(occupied(command.category_id))


def occupied(category_id: UUID) -> str:
    """Returns the name of the guard that counts a category's products: it is removed only when that is 0."""
    return f"category:{category_id}"


def move_in(category_ids: set[UUID], change: int) -> None:
    """Counts a product in or out of categories; raises `Rejected` where one is not there."""
    for category_id in sorted(category_ids):
        if not count(occupied(category_id), change):
            raise Rejected(f"there is no category {category_id}", code="category_unknown")
