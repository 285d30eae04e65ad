"""Brings a checked trade into the catalogue by commands, each given once: what was imported stays as it was."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID, uuid5

from catalog.commands.categories import CreateCategory, DescribeCategory
from catalog.commands.lots import ReceiveLot, ReleaseLot, SetReorderPoint
from catalog.commands.products import ApproveProduct, CreateProduct, DiscontinueProduct, SubmitProduct
from catalog.commands.suppliers import RegisterSupplier
from catalog.domain.product import Product
from catalog.imports.lookups import category_ids, holder
from catalog.imports.product_rows import ProductRow
from catalog.imports.trade_files import CategoryRow, SupplierRow, Trade
from catalog.values import supplier_claim
from efi.domain.aggregate import stream_of
from efi.domain.context import made_by
from efi.domain.errors import KeyReused, NotFound, Refusal
from efi.domain.values import business_day
from efi.imports.files import BATCH
from efi.imports.importer import Importer, Orders, Result, Terms
from efi.imports.tables import Problem, shown
from efi.log import event_store
from efi.runtime.batches import batched
from efi.writing.batch_dispatch import Order
from efi.writing.commands import Command

A_YEAR, FURTHEST = 365, 50 * 365
"""Days for which opening stock is good if nothing says how long it keeps, and for which it may be at most."""
IMPORT, QUALITY, COMPLIANCE = "import", "import:quality", "import:compliance"
Row = CategoryRow | SupplierRow | ProductRow


class TradeImport(Importer[Row]):
    """One run over a trade: what it made, what was there already, and the rows that were not taken as they are."""

    def __init__(self) -> None:
        super().__init__(Terms(run=UUID(int=0), actor=IMPORT, file=""), ())
        self.made: Counter[type[Command]] = Counter()
        self.there: Counter[type[Command]] = Counter()
        self.notes: list[Problem] = []
        self._categories: dict[str, UUID] = {}
        self._suppliers: dict[str, UUID] = {}

    def run(self, trade: Trade, told: Callable[[int, int], object]) -> None:
        """Imports a trade, `told` how many rows are done of how many. Stopped anywhere, another run completes it."""
        files: dict[str, Sequence[Row]]
        files = {"categories": trade.categories, "suppliers": trade.suppliers, "products": trade.products}
        done, rows = 0, sum(map(len, files.values()))
        with ThreadPoolExecutor(1) as worker:
            for name, lines in files.items():
                for batch in batched(lines, BATCH):
                    for result in self.take(batch, worker):
                        self._count(f"{name}.csv", result)
                    done += len(batch)
                    told(done, rows)

    def _count(self, file: str, result: Result) -> None:
        self.notes += [Problem(file=file, line=result.line, reason=note) for note in result.notes]
        for order, receipt in result.given:
            (self.there if receipt.replayed else self.made)[type(order.command)] += 1

    def is_new(self, row: Row) -> bool:
        """Has categories given one by one, as they share a stream."""
        return not isinstance(row, CategoryRow)

    def refused(self, refusal: Refusal) -> str:
        changed = "has changed since it was imported; what was imported stays as it was"
        return changed if isinstance(refusal, KeyReused) else refusal.detail

    def orders(self, row: Row) -> Orders:
        match row:
            case CategoryRow():
                return self._category(row)
            case SupplierRow():
                return self._supplier(row)
            case ProductRow():
                return self._product(row)

    def _category(self, row: CategoryRow) -> Orders:
        name = f"category:{row.slug}"
        parent_id = _known(self._categories, row.parent) if row.parent else None
        create = _order(name, CreateCategory(name=row.name, slug=row.slug, parent_id=parent_id))
        category_id = yield from self._creating(create, lambda: _known(category_ids(), row.slug))
        self._categories[row.slug] = category_id
        if row.description:
            yield _order(name, DescribeCategory(category_id=category_id, description=row.description))

    def _supplier(self, row: SupplierRow) -> Orders:
        name = f"supplier:{row.code}"
        command = RegisterSupplier(code=row.code, name=row.name, contact=row.contact, country=row.country)
        claim = supplier_claim(row.code)
        self._suppliers[row.code] = yield from self._creating(_order(name, command), lambda: holder(claim))

    def _creating(self, create: Order, standing: Callable[[], UUID]) -> Generator[Order, None, UUID]:
        """Returns the id of what is new, or of what stands there: a row may have changed, or staff have used its name.

        Raises `NotFound` where nothing stands there.
        """
        try:
            yield create
        except Refusal:
            there = standing()
            self.there[type(create.command)] += 1
            return there
        return made_by(create.id)

    def _product(self, row: ProductRow) -> Orders:
        name, supplier_id = f"product:{row.sku}", _known(self._suppliers, row.supplier)
        category_ids = (_known(self._categories, row.category),)
        create = _order(name, row.drafted(category_ids=category_ids, supplier_id=supplier_id))
        try:
            yield create
        except KeyReused:
            self.there[CreateProduct] += 1
        for order in self._after_drafting(row, name, made_by(create.id), supplier_id):
            with suppress(Refusal):  # is noted: staff may have done the same by hand meanwhile
                yield order

    def _after_drafting(self, row: ProductRow, name: str, product_id: UUID, supplier_id: UUID) -> Iterator[Order]:
        yield _order(name, SubmitProduct(product_id=product_id))
        yield _order(name, ApproveProduct(product_id=product_id), QUALITY)
        if row.stock_on_hand:
            lot_id = uuid5(product_id, "opening lot")
            received = ReceiveLot(
                product_id=product_id,
                lot_id=lot_id,
                supplier_id=supplier_id,
                batch_number=f"OPENING-{row.sku}",
                best_before=_best_before(_imported_on(product_id), row.description.shelf_life_days),
                quantity=row.stock_on_hand,
            )
            yield _order(f"lot:{row.sku}", received)
            for actor in (QUALITY, COMPLIANCE):
                yield _order(f"lot:{row.sku}", ReleaseLot(product_id=product_id, lot_id=lot_id), actor)
        if row.reorder_point:
            yield _order(name, SetReorderPoint(product_id=product_id, quantity=row.reorder_point))
        if row.discontinued:
            yield _order(name, DiscontinueProduct(product_id=product_id))


def _order(name: str, command: Command, actor: str = IMPORT) -> Order:
    return Order(command=command, actor=actor, key=f"import:{name}")


def _known(ids: Mapping[str, UUID], name: str) -> UUID:
    if name not in ids:
        raise NotFound(f"{shown(name)} could not be imported")
    return ids[name]


def _imported_on(product_id: UUID) -> date:
    """Returns the day from the log, so that each run gives a lot the same best-before."""
    return business_day(next(event_store.read(stream_of(Product.kind, product_id))).occurred_at)


def _best_before(imported_on: date, shelf_life: int | None) -> date:
    """Returns when fresh goods are over: after the product's shelf life, or after a year if that is not stated."""
    return imported_on + timedelta(days=min(shelf_life or A_YEAR, FURTHEST))
