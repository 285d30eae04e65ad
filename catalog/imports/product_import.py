"""What rows of products mean for the catalogue as the log has it, and the commands that bring it there.

A SKU that is new is drafted. One that is there is described anew, repriced, put into other categories and given
another reorder point, as far as the file says something else; columns that the file lacks leave all as it is. What
takes a second person waits for one, and nothing is approved here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import chain
from uuid import UUID

from catalog.commands.lots import SetReorderPoint
from catalog.commands.products import (
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DescribeProduct,
    SubmitProduct,
    products,
)
from catalog.commands.stock import stocks
from catalog.domain.product import Product
from catalog.domain.proposals import LabelProposal
from catalog.imports.csv_table import shown
from catalog.imports.ignored_columns import IGNORED, left_alone
from catalog.imports.lookups import category_ids, commands_behind, made_by
from catalog.imports.product_rows import (
    CERTIFIED_FREE,
    CONTAINS,
    FIGURES,
    MAY_CONTAIN,
    PER,
    PRODUCT_COLUMNS,
    PRODUCT_EXTRAS,
    ProductRow,
)
from catalog.values import Allergens, Description, NotStated, description_in
from efi.domain.aggregate import stream_of
from efi.domain.errors import NotFound, Refusal
from efi.log import event_store
from efi.writing.batch_dispatch import Apart, Order, dispatch_together
from efi.writing.commands import Command, command_id_of
from efi.writing.dispatch import dispatch

REQUIRED = tuple(name for name in PRODUCT_COLUMNS if name not in (*IGNORED, "reorder_point"))
OPTIONAL = (*IGNORED, "reorder_point", *PRODUCT_EXTRAS)
IN_COLUMNS = {
    "allergens": {CONTAINS, MAY_CONTAIN, CERTIFIED_FREE},
    "nutrition": {PER, *FIGURES},
    "temperature": {"temperature_low", "temperature_high"},
}
GIVEN = (CreateProduct, DescribeProduct, ChangePrice, CategoriseProduct, SetReorderPoint)
"""What an import may give; with `submit` also SubmitProduct."""


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a row, or would become of it, and why not all of it; `waiting`: for a second person."""

    line: int
    outcome: Outcome
    notes: tuple[str, ...] = ()
    waiting: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Whose import it is, of which file, and whether what is new is submitted for approval."""

    run: UUID
    actor: str
    file: str
    submit: bool


class ProductImport:
    """Rows of one file, whose header says what is stated of products that are there."""

    def __init__(self, terms: Terms, header: Iterable[str]) -> None:
        self._terms = terms
        self._columns = set(header)
        self._stated = {name for name in _described() if IN_COLUMNS.get(name, {name}) & self._columns}
        self._categories = category_ids()
        self._suppliers: dict[str, UUID] = {}

    def foresee(self, rows: Sequence[ProductRow]) -> list[Result]:
        """By the aggregates' own rules; nothing is written."""
        holders = self._look_up(rows)
        foreseen = [self._foresee(row, holders.get(f"sku:{row.sku}")) for row in rows]
        return self._with_left_alone(foreseen, rows, holders)

    def take(self, rows: Sequence[ProductRow], workers: Executor) -> list[Result]:
        """What is new all together; the rest side by side, but for products of one category, which count in there."""
        holders = self._look_up(rows)
        done = self._draft([row for row in rows if f"sku:{row.sku}" not in holders])
        groups: dict[str, list[ProductRow]] = {}
        for row in rows:
            if row.line not in done:
                groups.setdefault(row.category, []).append(row)
        taken = workers.map(
            lambda group: [self._take(row, holders.get(f"sku:{row.sku}")) for row in group], groups.values()
        )
        results = sorted(chain(done.values(), *taken), key=lambda result: result.line)
        return self._with_left_alone(results, rows, holders)

    def _with_left_alone(
        self, results: Iterable[Result], rows: Sequence[ProductRow], holders: Mapping[str, UUID]
    ) -> list[Result]:
        """With what no import takes over of the products that were there before it."""
        held = [(row, holders[f"sku:{row.sku}"]) for row in rows if f"sku:{row.sku}" in holders]
        there = [(row, made_by(made)) for row, made in held if made != self._id_of(row, CreateProduct)]
        notes = left_alone(there, self._columns, self._suppliers)
        return [
            replace(result, notes=(*result.notes, notes[result.line]))
            if result.line in notes and result.outcome is not Outcome.REFUSED
            else result
            for result in results
        ]

    def _draft(self, rows: Sequence[ProductRow]) -> Mapping[int, Result]:
        """Those that all went through together, by line; none where one did not, so that each is looked at alone."""
        waves: dict[type[Command], list[Order]] = {}
        try:
            for row in rows:
                for order in self._orders(row, Product(id=made_by(self._id_of(row, CreateProduct)))):
                    waves.setdefault(type(order), []).append((order, self._key(row)))
            for orders in waves.values():
                dispatch_together(orders, actor=self._terms.actor)
        except (Refusal, Apart):
            return {}
        return {row.line: Result(line=row.line, outcome=Outcome.NEW) for row in rows}

    def _look_up(self, rows: Sequence[ProductRow]) -> Mapping[str, UUID]:
        """Which commands made the products that are there; suppliers are kept for the next rows."""
        codes = {f"supplier:{row.supplier}" for row in rows} - self._suppliers.keys()
        held = commands_behind([*(f"sku:{row.sku}" for row in rows), *codes])
        self._suppliers |= {claim: made_by(held[claim]) for claim in codes & held.keys()}
        return held

    def _foresee(self, row: ProductRow, made: UUID | None) -> Result:
        product = products.load(made_by(made)) if made else Product(id=UUID(int=0))
        try:
            orders = list(self._orders(row, product))
            for order in orders:
                self._rehearse(product, order)
        except Refusal as refusal:
            return Result(line=row.line, outcome=Outcome.REFUSED, notes=(refusal.detail,))
        outcome = Outcome.NEW if not made else Outcome.CHANGED if orders else Outcome.SAME
        waiting = any(fact.answer for fact in product.pending)
        return Result(line=row.line, outcome=outcome, waiting=waiting)

    def _rehearse(self, product: Product, order: Command) -> None:
        """Raises what the rules of the product would refuse."""
        match order:
            case CreateProduct():
                placed = {"supplier_id": order.supplier_id, "category_ids": order.category_ids}
                product.create(description_in(order), sku=order.sku, slug="", price=order.price, **placed)  # type: ignore[arg-type]
            case DescribeProduct():
                product.describe(description_in(order), proposal_id=self._terms.run, by=self._terms.actor)
            case ChangePrice():
                product.change_price(order.price, order.reason, proposal_id=self._terms.run, by=self._terms.actor)
            case CategoriseProduct():
                product.categorise(order.category_ids)
            case SubmitProduct():
                product.submit(self._terms.actor)

    def _take(self, row: ProductRow, made: UUID | None) -> Result:
        own = self._id_of(row, CreateProduct)
        product_id, is_new = made_by(made or own), made in (None, own)
        try:
            orders = list(self._orders(row, Product(id=product_id) if is_new else products.load(product_id)))
        except Refusal as refusal:
            return Result(line=row.line, outcome=Outcome.REFUSED, notes=(refusal.detail,))
        if not orders:
            return Result(line=row.line, outcome=Outcome.CHANGED if self._was_here(row, product_id) else Outcome.SAME)
        return self._give(row, orders, is_new=is_new)

    def _give(self, row: ProductRow, orders: list[Command], *, is_new: bool) -> Result:
        """Each is given, whatever became of those before it; without its first nothing new is there for the others."""
        notes, answers = [], []
        for order in orders:
            try:
                answers.append(dispatch(order, actor=self._terms.actor, key=self._key(row)).status)
            except Refusal as refusal:
                notes.append(refusal.detail)
                if isinstance(order, CreateProduct):
                    break
        outcome = Outcome.REFUSED if not answers else Outcome.NEW if is_new else Outcome.CHANGED
        return Result(line=row.line, outcome=outcome, notes=tuple(notes), waiting=any(answers))

    def _was_here(self, row: ProductRow, product_id: UUID) -> bool:
        """Whether this very import has made it so, before it was stopped."""
        streams = [stream_of(Product.kind, product_id), stream_of("stock", product_id)]
        return any(event_store.find(streams, self._id_of(row, kind)) for kind in GIVEN[1:])

    def _key(self, row: ProductRow) -> str:
        """The same for the same row each time that the import is taken up again."""
        return f"import:{self._terms.run}:{row.line}"

    def _id_of(self, row: ProductRow, kind: type[Command]) -> UUID:
        return command_id_of(kind, self._terms.actor, self._key(row))

    def _orders(self, row: ProductRow, product: Product) -> Iterator[Command]:
        """Raises `NotFound` for a category or a supplier that is not there."""
        unknown = [slug for slug in row.categories if slug not in self._categories]
        if unknown:
            raise NotFound(f"there is no category {', '.join(map(shown, unknown))}")
        if row.supplier and f"supplier:{row.supplier}" not in self._suppliers:
            raise NotFound(f"there is no supplier {shown(row.supplier)}")
        categories = tuple(self._categories[slug] for slug in row.categories)
        if product.description:
            yield from self._changes(row, product, product.description, categories)
        else:
            yield from self._drafting(row, product.identity, categories)

    def _drafting(self, row: ProductRow, product_id: UUID, categories: tuple[UUID, ...]) -> Iterator[Command]:
        supplier_id = self._suppliers.get(f"supplier:{row.supplier}")
        placed = {"category_ids": categories, "supplier_id": supplier_id}
        yield CreateProduct(**vars(row.description), sku=row.sku, price=row.price, **placed)  # type: ignore[arg-type]
        if row.reorder_point:
            yield SetReorderPoint(product_id=product_id, quantity=row.reorder_point)
        if self._terms.submit:
            yield SubmitProduct(product_id=product_id)

    def _changes(
        self, row: ProductRow, product: Product, now: Description, categories: tuple[UUID, ...]
    ) -> Iterator[Command]:
        described = self._described_anew(now, row.description, product.proposed_label)
        if described != now:
            yield DescribeProduct(product_id=product.identity, **vars(described))
        proposed = product.proposed_price.price if product.proposed_price else product.price
        if row.price not in (product.price, proposed):
            reason = f"import of {self._terms.file}"
            yield ChangePrice(product_id=product.identity, price=row.price, reason=reason)
        if set(categories) != set(product.category_ids):
            yield CategoriseProduct(product_id=product.identity, category_ids=categories)
        if "reorder_point" in self._columns and row.reorder_point != (stocks.load(product.identity).reorder_point or 0):
            yield SetReorderPoint(product_id=product.identity, quantity=row.reorder_point)

    def _described_anew(self, now: Description, said: Description, proposed: LabelProposal | None) -> Description:
        """Without a label that waits for a second person already."""
        news = {
            name: getattr(said, name) for name in self._stated if not _alike(getattr(now, name), getattr(said, name))
        }
        if said.description == f"{said.name}, {said.unit}":
            news.pop("description", None)  # the cell was empty
        described = replace(now, **news, not_stated=self._not_stated(now, said))
        waits = proposed and proposed.label == described.label
        return replace(described, **vars(now.label)) if waits else described

    def _not_stated(self, now: Description, said: Description) -> tuple[NotStated, ...]:
        wanted = {what for what in NotStated if what in (said if what.value in self._stated else now).not_stated}
        return now.not_stated if wanted == set(now.not_stated) else tuple(sorted(wanted))


def _described() -> list[str]:
    return [one.name for one in fields(Description) if one.name != "not_stated"]


def _alike(now: object, said: object) -> bool:
    """Whether it is the same, in whatever order."""
    if isinstance(now, Allergens) and isinstance(said, Allergens):
        return all(set(getattr(now, one.name)) == set(getattr(said, one.name)) for one in fields(Allergens))
    if isinstance(now, tuple) and isinstance(said, tuple):
        return set(now) == set(said)
    return now == said
