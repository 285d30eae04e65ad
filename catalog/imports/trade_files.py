"""Reads a folder of a trader's files: the whole trade, checked, or everything that is wrong with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.domain.category import DEEPEST
from catalog.imports.product_rows import (
    PRODUCT_COLUMNS,
    PRODUCT_EXTRAS,
    TOGETHER,
    ProductRow,
    country_in,
    name_in,
    product_in,
)
from efi.domain.fields import LONGEST_CODE, LONGEST_SLUG, LONGEST_TEXT
from efi.imports.csv_files import csv_at
from efi.imports.tables import Columns, Problem, Row, Table, shown

CATEGORY_COLUMNS = "slug", "name", "parent", "description"
SUPPLIER_COLUMNS = "code", "name", "contact_name", "country"
ADDRESS_COLUMNS = "street", "city", "region", "postal_code", "phone"
"""They may be there, and nothing is done about them."""
CATEGORIES = Columns(required=CATEGORY_COLUMNS, unique="slug")
SUPPLIERS = Columns(required=SUPPLIER_COLUMNS, optional=ADDRESS_COLUMNS, unique="code")
PRODUCTS = Columns(required=PRODUCT_COLUMNS, optional=PRODUCT_EXTRAS, unique="sku", together=TOGETHER)
SLUG = re.compile(f"(?=.{{1,{LONGEST_SLUG}}}$)[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(f"[A-Za-z0-9][A-Za-z0-9._/-]{{0,{LONGEST_CODE - 1}}}")


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category as a trader's file has it; without a parent it is at the top."""

    line: int
    said: frozenset[str]
    slug: str
    name: str
    parent: str | None
    description: str


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """A supplier as a trader's file has it."""

    line: int
    said: frozenset[str]
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


class BadTrade(Exception):
    """A folder that cannot be imported as it is, with every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_trade(folder: Path) -> Trade:
    """Reads a folder; raises `BadTrade` with all the problems of all the files, by file and line."""
    tables = [
        Table(name, csv_at(folder / name), columns)
        for name, columns in (
            ("categories.csv", CATEGORIES),
            ("suppliers.csv", SUPPLIERS),
            ("products.csv", PRODUCTS),
        )
    ]
    categories, suppliers, products = tables
    slugs = _first_rows(categories)
    _check_references(categories, "parent", slugs, categories)
    _check_references(products, "category", slugs, categories)
    _check_references(products, "supplier", _first_rows(suppliers), suppliers)
    trade = Trade(
        categories=tuple(map(category_in, _parents_first(categories, slugs))),
        suppliers=tuple(map(supplier_in, suppliers.rows)),
        products=tuple(map(product_in, products.rows)),
    )
    if problems := [problem for table in tables for problem in table.take_problems()]:
        raise BadTrade(problems)
    return trade


def _first_rows(table: Table) -> dict[str, Row]:
    """Returns the rows by what must be unique in them; of two alike the first."""
    return {text: row for row in reversed(table.rows) if (text := row.cells.get(table.columns.unique))}


def _check_references(table: Table, column: str, known: Mapping[str, Row], other: Table) -> None:
    """Notes what is in no row of the other file. Where that could not be read whole, a reference may be right."""
    for row in table.rows:
        text = row.cells.get(column)
        if other.whole and text and text not in known:
            row.note(f"{column} {shown(text)} is not in {other.file}")


def _parents_first(categories: Table, first: Mapping[str, Row]) -> list[Row]:
    """Returns the rows sorted by how deep they are, and notes those that are too deep, or inside themselves."""
    lines = {slug: _line_up(slug, first) for slug in first}
    for slug, line in lines.items():
        if line[-1] == slug and len(line) > 1:
            first[slug].note(f"category {shown(slug)} is inside itself")
        elif len(line) > DEEPEST and line[-1] not in line[:-1]:
            first[slug].note(f"category {shown(slug)} is at level {len(line)}, {DEEPEST} is the deepest")
    return sorted(categories.rows, key=lambda row: len(lines.get(row.cells.get("slug", ""), "")))


def _line_up(slug: str, first: Mapping[str, Row]) -> list[str]:
    """Returns a category and all above it. Where they go round in a circle, the last is one that was there already."""
    line = {slug: 1}
    while (parent := first[slug].cells.get("parent", "")) in first:
        if parent in line:
            return [*line, parent]
        line[parent] = 1
        slug = parent
    return list(line)


def category_in(row: Row, *, whole: bool = True) -> CategoryRow:
    """Reads a category from a row, `whole` where it must say its name."""
    return CategoryRow(
        line=row.line,
        said=row.said,
        slug=row.matching("slug", SLUG, "must be lower-case letters, digits and single hyphens, 100 at most"),
        name=name_in(row, "name") if whole or "name" in row.said else "",
        parent=row.cells.get("parent") or None,
        description=row.text("description", longest=LONGEST_TEXT, required=False),
    )


def supplier_in(row: Row, *, whole: bool = True) -> SupplierRow:
    """Reads a supplier from a row, `whole` where it must say its name and country."""
    return SupplierRow(
        line=row.line,
        said=row.said,
        code=row.matching("code", CODE, "must be 1 to 40 of A-Z, a-z, 0-9, and inside also . _ / -"),
        name=name_in(row, "name") if whole or "name" in row.said else "",
        contact=row.text("contact_name", longest=LONGEST_TEXT, required=False),
        country=country_in(row, "country") if whole or "country" in row.said else "",
    )
