"""Reads a folder of a trader's files: the whole trade, checked, or everything that is wrong with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from catalog.domain.category import DEEPEST
from catalog.imports.csv_table import Problem, Row, Table, csv_at, shown
from catalog.imports.product_rows import (
    PRODUCT_COLUMNS,
    PRODUCT_EXTRAS,
    ProductRow,
    check_product_columns,
    country_in,
    name_in,
    product_in,
)
from efi.domain.fields import LONGEST_CODE, LONGEST_SLUG, LONGEST_TEXT

CATEGORY_COLUMNS = "slug", "name", "parent", "description"
SUPPLIER_COLUMNS = "code", "name", "contact_name", "street", "city", "region", "postal_code", "country", "phone"

SLUG = re.compile(f"(?=.{{1,{LONGEST_SLUG}}}$)[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(f"[A-Za-z0-9][A-Za-z0-9._/-]{{0,{LONGEST_CODE - 1}}}")


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category as a trader's file has it; without a parent it is at the top."""

    file: ClassVar = "categories.csv"
    line: int
    slug: str
    name: str
    parent: str | None
    description: str


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
    categories = _table(folder / CategoryRow.file, CATEGORY_COLUMNS)
    suppliers = _table(folder / SupplierRow.file, SUPPLIER_COLUMNS)
    products = _table(folder / ProductRow.file, PRODUCT_COLUMNS, PRODUCT_EXTRAS)
    first_categories = _first_by("slug", categories)
    _check_references(categories, "parent", first_categories, categories)
    _check_references(products, "category", first_categories, categories)
    _check_references(products, "supplier", _first_by("code", suppliers), suppliers)
    _first_by("sku", products)
    check_product_columns(products)
    trade = Trade(
        categories=tuple(map(_category, _parents_first(categories, first_categories))),
        suppliers=tuple(map(_supplier, suppliers.rows)),
        products=tuple(map(product_in, products.rows)),
    )
    if problems := [problem for table in (categories, suppliers, products) for problem in table.problems_by_line]:
        raise BadTrade(problems)
    return trade


def _table(path: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Table:
    return Table(path.name, csv_at(path), required, optional)


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
        name=name_in(row, "name"),
        parent=row.cells.get("parent") or None,
        description=row.text("description", longest=LONGEST_TEXT, required=False),
    )


def _supplier(row: Row) -> SupplierRow:
    return SupplierRow(
        line=row.line,
        code=row.matching("code", CODE, "must be 1 to 40 of A-Z, a-z, 0-9, and inside also . _ / -"),
        name=name_in(row, "name"),
        contact=row.text("contact_name", longest=LONGEST_TEXT, required=False),
        country=country_in(row, "country"),
    )
