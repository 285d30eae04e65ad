"""Brings a checked trade into the catalogue by commands, each given once: what was imported stays as it was."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID, uuid5

from catalog.commands.categories import CreateCategory, DescribeCategory
from catalog.commands.lots import ReceiveLot, ReleaseLot, SetReorderPoint
from catalog.commands.products import (
    ApproveProduct,
    CreateProduct,
    DiscontinueProduct,
    SubmitProduct,
)
from catalog.commands.suppliers import RegisterSupplier
from catalog.domain.product import Product
from catalog.imports.csv_table import Problem, shown
from catalog.imports.lookups import category_ids, holder
from catalog.imports.product_rows import ProductRow
from catalog.imports.trade_files import CategoryRow, SupplierRow, Trade
from efi.domain.aggregate import stream_of
from efi.domain.errors import KeyReused, NotFound, Refusal
from efi.domain.values import business_day
from efi.log import event_store
from efi.writing.commands import Command
from efi.writing.dispatch import dispatch

IMPORT, QUALITY, COMPLIANCE = "import", "import:quality", "import:compliance"
Row = CategoryRow | SupplierRow | ProductRow


class Import:
    """One run over a trade: what it made, what was there already, and the rows that were not taken as they are."""

    def __init__(self) -> None:
        self.made: Counter[type[Command]] = Counter()
        self.there: Counter[type[Command]] = Counter()
        self.notes: list[Problem] = []
        self._categories: dict[str, UUID] = {}
        self._suppliers: dict[str, UUID] = {}

    def run(self, trade: Trade, done: Callable[[], object]) -> None:
        """`done` is called after each row. Stopped anywhere, another run completes it."""
        for row in trade.rows:
            try:
                self._take(row)
            except Refusal as refusal:
                self._note(row, refusal)
            done()

    def _take(self, row: Row) -> None:
        match row:
            case CategoryRow():
                self._take_category(row)
            case SupplierRow():
                self._take_supplier(row)
            case ProductRow():
                self._take_product(row)

    def _take_category(self, row: CategoryRow) -> None:
        parent_id = _known(self._categories, row.parent) if row.parent else None
        command = CreateCategory(name=row.name, slug=row.slug, parent_id=parent_id)
        self._categories[row.slug] = self._create(
            row, f"category:{row.slug}", command, lambda: _known(category_ids(), row.slug)
        )
        if row.description:
            describe = DescribeCategory(category_id=self._categories[row.slug], description=row.description)
            self._give(row, f"category:{row.slug}", describe)

    def _take_supplier(self, row: SupplierRow) -> None:
        command = RegisterSupplier(code=row.code, name=row.name, contact=row.contact, country=row.country)
        key = f"supplier:{row.code}"
        self._suppliers[row.code] = self._create(row, key, command, lambda: holder(key))

    def _take_product(self, row: ProductRow) -> None:
        supplier_id = _known(self._suppliers, row.supplier)
        command = CreateProduct(
            **vars(row.description),
            sku=row.sku,
            price=row.price,
            category_ids=(_known(self._categories, row.category),),
            supplier_id=supplier_id,
        )
        key = f"product:{row.sku}"
        product_id = self._create(row, key, command, lambda: holder(f"sku:{row.sku}"))
        self._give(row, key, SubmitProduct(product_id=product_id))
        self._give(row, key, ApproveProduct(product_id=product_id), QUALITY)
        if row.stock_on_hand:
            self._take_stock(row, product_id, supplier_id)
        if row.reorder_point:
            self._give(row, key, SetReorderPoint(product_id=product_id, quantity=row.reorder_point))
        if row.discontinued:
            self._give(row, key, DiscontinueProduct(product_id=product_id))

    def _take_stock(self, row: ProductRow, product_id: UUID, supplier_id: UUID) -> None:
        key, lot_id = f"lot:{row.sku}", uuid5(product_id, "opening lot")
        command = ReceiveLot(
            product_id=product_id,
            lot_id=lot_id,
            supplier_id=supplier_id,
            batch_number=f"OPENING-{row.sku}",
            best_before=_a_year_after(_imported_on(product_id)),
            quantity=row.stock_on_hand,
        )
        self._give(row, key, command)
        self._give(row, key, ReleaseLot(product_id=product_id, lot_id=lot_id), QUALITY)
        self._give(row, key, ReleaseLot(product_id=product_id, lot_id=lot_id), COMPLIANCE)

    def _create(self, row: Row, key: str, command: Command, standing: Callable[[], UUID]) -> UUID:
        """The id of what is new, or of what stands there: a row may have changed, or staff have used its name."""
        try:
            return self._dispatch(key, command, IMPORT)
        except Refusal as refusal:
            if isinstance(command, CreateProduct) and not isinstance(refusal, KeyReused):
                raise
            self._note(row, refusal)
        identity = standing()
        self.there[type(command)] += 1
        return identity

    def _give(self, row: Row, key: str, command: Command, actor: str = IMPORT) -> None:
        """A refusal leaves the row's other orders standing: staff may have done the same by hand meanwhile."""
        try:
            self._dispatch(key, command, actor)
        except Refusal as refusal:
            self._note(row, refusal)

    def _dispatch(self, key: str, command: Command, actor: str) -> UUID:
        receipt = dispatch(command, actor=actor, key=f"import:{key}")
        (self.there if receipt.replayed else self.made)[type(command)] += 1
        return receipt.id

    def _note(self, row: Row, refusal: Refusal) -> None:
        changed = "has changed since it was imported; what was imported stays as it was"
        note = Problem(
            file=row.file, line=row.line, reason=changed if isinstance(refusal, KeyReused) else refusal.detail
        )
        if note not in self.notes:
            self.notes.append(note)


def _known(ids: Mapping[str, UUID], name: str) -> UUID:
    if name not in ids:
        raise NotFound(f"{shown(name)} could not be imported")
    return ids[name]


def _imported_on(product_id: UUID) -> date:
    """From the log, so that each run gives a lot the same best-before."""
    return business_day(next(event_store.read(stream_of(Product.kind, product_id))).occurred_at)


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
