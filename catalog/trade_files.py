"""Reads a folder of a trader's files: the whole trade, checked, or everything that is wrong with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, cast, get_args

from catalog.category import DEEPEST
from catalog.csv_table import Problem, Row, Table, shown
from catalog.product import HIGHEST_PRICE, SKU, Description
from catalog.values import (
    LARGEST_QUANTITY,
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_SHELF_LIFE,
    LONGEST_SLUG,
    LONGEST_TEXT,
    Allergen,
    Allergens,
    StorageZone,
)
from efi.values import CENT, Currency, Money

CATEGORY_COLUMNS = "slug", "name", "parent", "description"
SUPPLIER_COLUMNS = "code", "name", "contact_name", "street", "city", "region", "postal_code", "country", "phone"
PRODUCT_COLUMNS = (
    *("sku", "name", "category", "supplier", "country_of_origin", "unit"),
    *("list_price", "currency", "stock_on_hand", "reorder_point", "discontinued"),
)
CONTAINS, MAY_CONTAIN = "allergens_contains", "allergens_may_contain"
PRODUCT_EXTRAS = "description", CONTAINS, MAY_CONTAIN, "storage_zone", "shelf_life_days"

NAME = re.compile(rf"[^\x00-\x1f]{{1,{LONGEST_NAME}}}")
SLUG = re.compile(f"(?=.{{1,{LONGEST_SLUG}}}$)[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(f"[A-Za-z0-9][A-Za-z0-9._/-]{{0,{LONGEST_CODE - 1}}}")
COUNTRY = re.compile("[A-Z]{2}")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category as a trader's file has it; without a parent it is at the top."""

    file: ClassVar = "categories.csv"
    line: int
    slug: str
    name: str
    parent: str | None


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """A supplier as a trader's file has it."""

    file: ClassVar = "suppliers.csv"
    line: int
    code: str
    name: str
    contact: str
    country: str


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """A product and its stock as a trader's file has them, with what the file lacks filled in."""

    file: ClassVar = "products.csv"
    line: int
    sku: str
    description: Description
    category: str
    supplier: str
    price: Money
    stock_on_hand: int
    discontinued: bool


@dataclass(frozen=True, kw_only=True)
class Trade:
    """All that a folder holds. A category comes after its parent."""

    categories: tuple[CategoryRow, ...]
    suppliers: tuple[SupplierRow, ...]
    products: tuple[ProductRow, ...]

    @property
    def rows(self) -> tuple[CategoryRow | SupplierRow | ProductRow, ...]:
        """In the order in which they can be imported."""
        return *self.categories, *self.suppliers, *self.products


class BadTrade(Exception):
    """A folder that cannot be imported as it is, with every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_trade(folder: Path) -> Trade:
    """Raises `BadTrade` with all the problems of all the files, by file and line."""
    categories = Table(folder / CategoryRow.file, CATEGORY_COLUMNS)
    suppliers = Table(folder / SupplierRow.file, SUPPLIER_COLUMNS)
    products = Table(folder / ProductRow.file, PRODUCT_COLUMNS, PRODUCT_EXTRAS)
    first_categories = _first_by("slug", categories)
    _check_references(categories, "parent", first_categories, categories)
    _check_references(products, "category", first_categories, categories)
    _check_references(products, "supplier", _first_by("code", suppliers), suppliers)
    _first_by("sku", products)
    _check_allergen_columns(products)
    trade = Trade(
        categories=tuple(map(_category, _parents_first(categories, first_categories))),
        suppliers=tuple(map(_supplier, suppliers.rows)),
        products=tuple(map(_product, products.rows)),
    )
    if problems := [problem for table in (categories, suppliers, products) for problem in table.problems_by_line]:
        raise BadTrade(problems)
    return trade


def _first_by(key: str, table: Table) -> dict[str, Row]:
    """The rows by what must be unique in them; a second row of the same is noted."""
    first: dict[str, Row] = {}
    for row in table.rows:
        text = row.cells.get(key, "")
        if text and first.setdefault(text, row) is not row:
            row.note(f"{key} {shown(text)} is already in line {first[text].line}")
    return first


def _check_references(table: Table, column: str, known: Mapping[str, Row], other: Table) -> None:
    """Where the other file could not be read whole, a reference may be right and is let be."""
    for row in table.rows:
        text = row.cells.get(column)
        if other.whole and text and text not in known:
            row.note(f"{column} {shown(text)} is not in {other.file}")


def _check_allergen_columns(products: Table) -> None:
    """One of the two alone would leave open whether the other was stated."""
    if len({CONTAINS, MAY_CONTAIN}.intersection(products.header)) == 1:
        products.note(products.header_line, f'columns "{CONTAINS}" and "{MAY_CONTAIN}" go together')


def _parents_first(categories: Table, first: Mapping[str, Row]) -> list[Row]:
    lines = {slug: _line_up(slug, first) for slug in first}
    for slug, line in lines.items():
        if line[-1] == slug and len(line) > 1:
            first[slug].note(f"category {shown(slug)} is inside itself")
        elif len(line) > DEEPEST and line[-1] not in line[:-1]:
            first[slug].note(f"category {shown(slug)} is at level {len(line)}, {DEEPEST} is the deepest")
    return sorted(categories.rows, key=lambda row: len(lines.get(row.cells.get("slug", ""), "")))


def _line_up(slug: str, first: Mapping[str, Row]) -> list[str]:
    """A category and all above it. Where they go round in a circle, the last is one that was there already."""
    line = {slug: 1}
    while (parent := first[slug].cells.get("parent", "")) in first:
        if parent in line:
            return [*line, parent]
        line[parent] = 1
        slug = parent
    return list(line)


def _category(row: Row) -> CategoryRow:
    return CategoryRow(
        line=row.line,
        slug=row.matching("slug", SLUG, "must be lower-case letters, digits and single hyphens, 100 at most"),
        name=_name(row, "name"),
        parent=row.cells.get("parent") or None,
    )


def _supplier(row: Row) -> SupplierRow:
    return SupplierRow(
        line=row.line,
        code=row.matching("code", CODE, "must be 1 to 40 of A-Z, a-z, 0-9, and inside also . _ / -"),
        name=_name(row, "name"),
        contact=row.text("contact_name", longest=LONGEST_TEXT, required=False),
        country=_country(row, "country"),
    )


def _product(row: Row) -> ProductRow:
    row.whole_number("reorder_point", least=0, most=LARGEST_QUANTITY)
    return ProductRow(
        line=row.line,
        sku=row.matching("sku", SKU, "must be 2 to 32 of A-Z, 0-9, - and ."),
        description=_description(row),
        category=row.text("category", longest=LONGEST_TEXT),
        supplier=row.text("supplier", longest=LONGEST_TEXT),
        price=_price(row),
        stock_on_hand=row.whole_number("stock_on_hand", least=0, most=LARGEST_QUANTITY),
        discontinued=row.one_of("discontinued", ("true", "false")) == "true",
    )


def _description(row: Row) -> Description:
    name, unit = _name(row, "name"), _name(row, "unit")
    zone, days = row.cells.get("storage_zone"), row.cells.get("shelf_life_days")
    return Description(
        name=name,
        description=row.text("description", longest=LONGEST_TEXT, required=False) or f"{name}, {unit}",
        unit=unit,
        country_of_origin=_country(row, "country_of_origin"),
        storage_zone=StorageZone(row.one_of("storage_zone", tuple(StorageZone))) if zone else StorageZone.AMBIENT,
        shelf_life_days=row.whole_number("shelf_life_days", least=1, most=LONGEST_SHELF_LIFE) if days else None,
        allergens=_allergens(row),
    )


def _name(row: Row, column: str) -> str:
    return row.matching(column, NAME, "must be one line of at most 200 characters")


def _country(row: Row, column: str) -> str:
    return row.matching(column, COUNTRY, "must be two upper-case letters")


def _price(row: Row) -> Money:
    amount = Decimal(row.matching("list_price", NUMBER, "is not a number") or 1)
    if rule := _rule_broken_by(amount):
        row.broken("list_price", rule)
        amount = Decimal(1)
    return Money(amount=amount, currency=cast(Currency, row.one_of("currency", get_args(Currency))))


def _rule_broken_by(price: Decimal) -> str:
    if price <= 0:
        return "must be above zero"
    if price > HIGHEST_PRICE:
        return f"must be at most {HIGHEST_PRICE}"
    return "has more than two decimals" if price != price.quantize(CENT) else ""


def _allergens(row: Row) -> Allergens | None:
    """Two empty cells say "none"; where the columns are missing, nothing was stated."""
    if CONTAINS not in row.cells or MAY_CONTAIN not in row.cells:
        return None
    return Allergens(contains=_named(row, CONTAINS), may_contain=_named(row, MAY_CONTAIN))


def _named(row: Row, column: str) -> tuple[Allergen, ...]:
    """The allergens of one cell, each once."""
    names = [name.strip() for name in row.cells[column].split(";") if name.strip()]
    for name in names:
        if name not in tuple(Allergen):
            row.note(f"{column}: {shown(name)} must be one of {', '.join(Allergen)}")
    return tuple(allergen for allergen in Allergen if allergen in names)
