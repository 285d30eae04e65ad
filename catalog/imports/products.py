"""What rows of products mean for the catalogue as the log has it, and the commands that bring it there.

A SKU that is new is drafted. One that is there is described anew, repriced, put into other categories and given
another reorder point, as far as the file says something else; what it says nothing of stays as it is. What takes a
second person waits for one, and nothing is approved here.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, replace
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
from catalog.domain.stock import Stock
from catalog.imports.cells import cells_of, joined
from catalog.imports.lookups import category_ids
from catalog.imports.product_rows import (
    ALLERGENS,
    CONTAINS,
    FIGURES,
    PER,
    PRODUCT_COLUMNS,
    PRODUCT_EXTRAS,
    TOGETHER,
    UNSTATED,
    ProductRow,
    product_in,
)
from catalog.values import Allergens, Description, NotStated, Status, supplier_claim
from efi.domain.context import made_by
from efi.domain.errors import NotFound, Refusal
from efi.imports.importer import Importer, Orders, Terms
from efi.imports.kinds import Kind, Option, register
from efi.imports.tables import NONE, Columns, shown
from efi.log import event_store
from efi.writing import claims
from efi.writing.commands import Command

IGNORED = ("stock_on_hand", "discontinued")
"""Goods come by lots, and an end by its own command: these columns may be there, and nothing is done about them."""
COLUMNS = Columns(
    required=tuple(name for name in PRODUCT_COLUMNS if name not in (*IGNORED, "reorder_point")),
    optional=(*IGNORED, "reorder_point", *PRODUCT_EXTRAS),
    unique="sku",
    together=TOGETHER,
)
IN_COLUMNS = {
    "allergens": {*ALLERGENS},
    "nutrition": {PER, *FIGURES},
    "temperature": {"temperature_low", "temperature_high"},
}


class ProductImport(Importer[ProductRow]):
    """Rows of one file, whose header says what is stated of products that are there."""

    gives = CreateProduct, DescribeProduct, ChangePrice, CategoriseProduct, SetReorderPoint

    def __init__(self, terms: Terms, header: Iterable[str]) -> None:
        super().__init__(terms, header)
        self._categories = category_ids()
        self._suppliers: dict[str, UUID] = {}
        self._holders: dict[str, UUID] = {}

    def look_up(self, rows: Sequence[ProductRow]) -> None:
        """Finds out which commands made the products that are there; keeps suppliers for the next rows."""
        codes = {supplier_claim(row.supplier) for row in rows} - self._suppliers.keys()
        self._holders = claims.holders([*(f"sku:{row.sku}" for row in rows), *codes])
        self._suppliers |= {claim: made_by(self._holders[claim]) for claim in codes & self._holders.keys()}

    def is_new(self, row: ProductRow) -> bool:
        return f"sku:{row.sku}" not in self._holders

    def group(self, row: ProductRow) -> str:
        """Keeps products of one category apart, which are counted in there."""
        return row.category

    def name_of(self, row: ProductRow) -> str:
        return row.sku

    def orders(self, row: ProductRow) -> Orders:
        """Raises `NotFound` for a category or a supplier that is not there."""
        unknown = [slug for slug in row.categories if slug not in self._categories]
        if unknown:
            raise NotFound(f"there is no category {', '.join(map(shown, unknown))}")
        if row.supplier and supplier_claim(row.supplier) not in self._suppliers:
            raise NotFound(f"there is no supplier {shown(row.supplier)}")
        categories = tuple(self._categories[slug] for slug in row.categories)
        drafted = self.id_of(row, CreateProduct)
        made = self._holders.get(f"sku:{row.sku}", drafted)
        supplier_id = self._suppliers.get(supplier_claim(row.supplier))
        if made == drafted:
            create = row.drafted(category_ids=categories, supplier_id=supplier_id)
            self.change(row, "name", "", create.name)
            self.change(row, "list_price", "", create.price)
            yield self.order(row, create)
            rest = self._after_drafting(row, made_by(drafted))
        else:
            product, stock = products.load(made_by(made)), _stock(row, made_by(made))
            rest = self._changes(row, product, stock, categories)
            otherwise = {
                "stock_on_hand": row.stock_on_hand != stock.available(event_store.now()),
                "discontinued": row.discontinued != (product.status is Status.DISCONTINUED),
                "supplier": product.supplier_id != supplier_id,
            }
            if names := [name for name, differs in otherwise.items() if differs and name in row.said]:
                self.remark(row, f"not taken over for a product that is there: {', '.join(names)}")
        for command in rest:
            with suppress(Refusal):  # is noted, and keeps no other from being given
                yield self.order(row, command)

    def _after_drafting(self, row: ProductRow, product_id: UUID) -> Iterator[Command]:
        if row.reorder_point:
            yield SetReorderPoint(product_id=product_id, quantity=row.reorder_point)
        if "submit" in self.terms.options:
            yield SubmitProduct(product_id=product_id)

    def _changes(
        self, row: ProductRow, product: Product, stock: Stock, categories: tuple[UUID, ...]
    ) -> Iterator[Command]:
        now = product.description
        if now and (described := _described_anew(now, row, product.proposed_label)) != now:
            before, after = cells_of(now), cells_of(described)
            for column in before:
                self.change(row, column, before[column], after[column])
            yield DescribeProduct(product_id=product.identity, **vars(described))
        proposed = product.proposed_price.price if product.proposed_price else product.price
        if row.price and row.price not in (product.price, proposed):
            self.change(row, "list_price", product.price, row.price)
            reason = f"import of {self.terms.file}"
            yield ChangePrice(product_id=product.identity, price=row.price, reason=reason)
        if "category" in row.said and set(categories) != set(product.category_ids):
            slugs = {category_id: slug for slug, category_id in self._categories.items()}
            self.change(row, "category", joined(slugs[one] for one in product.category_ids), joined(row.categories))
            yield CategoriseProduct(product_id=product.identity, category_ids=categories)
        reorder_point = row.reorder_point or 0
        if "reorder_point" in row.said and reorder_point != (stock.reorder_point or 0):
            self.change(row, "reorder_point", stock.reorder_point or 0, reorder_point)
            yield SetReorderPoint(product_id=product.identity, quantity=reorder_point)


def _described_anew(now: Description, row: ProductRow, proposed: LabelProposal | None) -> Description:
    """Returns what it says once imported, without a label that waits for a second person already."""
    said = replace(row.description, allergens=_merged(now.allergens, row))
    stated = {name for name in _described() if IN_COLUMNS.get(name, {name}) & row.said}
    news = {name: getattr(said, name) for name in stated if not _alike(getattr(now, name), getattr(said, name))}
    described = replace(now, **news, not_stated=_not_stated(now, said, stated))
    waits = proposed and proposed.label == described.label
    return replace(described, **vars(now.label)) if waits else described


def _merged(now: Allergens | None, row: ProductRow) -> Allergens | None:
    """Returns the allergens of a row; where a column says nothing, what the label states or leaves open by now."""
    said = row.description.allergens
    if not (now and said):
        row.must_say_what_it_contains()
        return said
    silent = {column.removeprefix("allergens_") for column in ALLERGENS if column not in row.said}
    merged = replace(said, **{name: getattr(now, name) for name in silent})
    if UNSTATED in row.said:
        return merged
    named = {*merged.contains, *merged.may_contain, *merged.certified_free}
    return replace(merged, unstated=tuple(one for one in now.unstated if one not in named))


def _not_stated(now: Description, said: Description, stated: Container[str]) -> tuple[NotStated, ...]:
    wanted = {what for what in NotStated if what in (said if what.value in stated else now).not_stated}
    return now.not_stated if wanted == set(now.not_stated) else tuple(sorted(wanted))


def _stock(row: ProductRow, product_id: UUID) -> Stock:
    """Returns a product's stock, where the row says something of it."""
    return stocks.load(product_id) if row.said & {"stock_on_hand", "reorder_point"} else Stock(id=product_id)


def _described() -> list[str]:
    return [one.name for one in fields(Description) if one.name != "not_stated"]


def _alike(now: object, said: object) -> bool:
    """Tells whether it is the same, in whatever order."""
    if isinstance(now, Allergens) and isinstance(said, Allergens):
        return all(set(getattr(now, one.name)) == set(getattr(said, one.name)) for one in fields(Allergens))
    if isinstance(now, tuple) and isinstance(said, tuple):
        return set(now) == set(said)
    return now == said


PRODUCTS = register(
    Kind(
        name="products",
        place=10,
        title="Import products",
        columns=COLUMNS,
        read=lambda row: product_in(row, whole=False),
        importer=ProductImport,
        about=(
            "What is new is drafted. A product whose SKU is there is changed as the file says; "
            "what needs a second person waits for one."
        ),
        remarks=(
            "Categories by slug, several between semicolons; the supplier by code.",
            f"What a product must have cannot be cleared. {NONE} in {CONTAINS} says that it contains none of them.",
            f"NOT_STATED or TO_FOLLOW there, or in {PER}, says that nothing is stated.",
            "The price with its currency, nutrition, and the temperatures are one field each.",
            f"Nothing is done about {' and '.join(IGNORED)}, nor about the supplier of a product that is there.",
            "Goods come by lots, and a product is ended by its own command.",
        ),
        options=(
            Option(
                name="submit",
                label="also submit what is new for approval",
                told="what is new is submitted for approval",
                gives=(SubmitProduct,),
            ),
        ),
    )
)
