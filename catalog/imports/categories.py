"""What rows of categories mean: a slug that is new is created, one that is there changed as far as a row says."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from catalog.commands.categories import CreateCategory, DescribeCategory, MoveCategory, RenameCategory, tree
from catalog.imports.trade_files import CATEGORIES as COLUMNS
from catalog.imports.trade_files import CategoryRow, category_in
from efi.domain.context import made_by
from efi.domain.errors import NotFound, Refusal
from efi.imports.importer import Importer, Orders, Terms, must_say
from efi.imports.kinds import Kind, register
from efi.imports.tables import shown
from efi.writing.commands import Command


class CategoryImport(Importer[CategoryRow]):
    """Rows of one file, each after that of its parent: all categories share one stream."""

    gives = CreateCategory, RenameCategory, DescribeCategory, MoveCategory
    in_sequence = True

    def __init__(self, terms: Terms, header: Iterable[str]) -> None:
        super().__init__(terms, header)
        self._ids: dict[str, UUID] = {}

    def look_up(self, rows: Sequence[CategoryRow]) -> None:
        self._nodes = tree.load().nodes
        self._ids |= {node.slug: category_id for category_id, node in self._nodes.items()}

    def is_new(self, row: CategoryRow) -> bool:
        """Has them given one by one, as they share a stream."""
        return False

    def name_of(self, row: CategoryRow) -> str:
        return row.slug

    def orders(self, row: CategoryRow) -> Orders:
        """Raises `NotFound` for a parent that is neither there nor in a row before."""
        if row.parent and row.parent not in self._ids:
            raise NotFound(f"there is no category {shown(row.parent)}, nor does it come in a row before")
        parent_id = self._ids[row.parent] if row.parent else None
        category_id = made_by(self.id_of(row, CreateCategory))
        if self._ids.get(row.slug, category_id) == category_id:
            must_say(row.said, ("name",))
            self.change(row, "name", "", row.name)
            yield self.order(row, CreateCategory(name=row.name, slug=row.slug, parent_id=parent_id))
            self._ids[row.slug] = category_id
            if row.description:
                yield self.order(row, DescribeCategory(category_id=category_id, description=row.description))
            return
        for command in self._changes(row, self._ids[row.slug], parent_id):
            with suppress(Refusal):  # is noted, and keeps no other from being given
                yield self.order(row, command)

    def _changes(self, row: CategoryRow, category_id: UUID, parent_id: UUID | None) -> Iterator[Command]:
        now = self._nodes[category_id]
        if "name" in row.said and row.name != now.name:
            self.change(row, "name", now.name, row.name)
            yield RenameCategory(category_id=category_id, name=row.name)
        if "description" in row.said and row.description != now.description:
            self.change(row, "description", now.description, row.description)
            yield DescribeCategory(category_id=category_id, description=row.description)
        if "parent" in row.said and parent_id != now.parent_id:
            above = self._nodes[now.parent_id].slug if now.parent_id else ""
            self.change(row, "parent", above, row.parent)
            yield MoveCategory(category_id=category_id, parent_id=parent_id)


CATEGORIES = register(
    Kind(
        name="categories",
        title="Import categories",
        columns=COLUMNS,
        read=lambda row: category_in(row, whole=False),
        importer=CategoryImport,
        about="A slug that is new is created; a category whose slug is there is changed as the file says.",
        remarks=("A parent is named by its slug, and comes in a row before those below it; NONE is the top.",),
    )
)
