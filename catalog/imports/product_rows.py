"""A product and its stock as a row of a file has them, with what the file lacks filled in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

from pydantic import ValidationError

from catalog.commands.products import CreateProduct
from catalog.domain.pricing import HIGHEST_PRICE
from catalog.domain.product import SKU
from catalog.values import (
    MOST_ENERGY,
    Allergen,
    Allergens,
    Certification,
    Description,
    Measure,
    NotStated,
    Nutrition,
    StorageZone,
    TemperatureRange,
)
from efi.domain.countries import names as countries
from efi.domain.errors import Rejected
from efi.domain.fields import (
    LARGEST_QUANTITY,
    LARGEST_WEIGHT,
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_DAYS,
)
from efi.domain.payloads import load
from efi.domain.texts import visible
from efi.domain.values import CENT, CURRENCIES, Currency, Money
from efi.imports.importer import must_say
from efi.imports.tables import NONE, Row, shown

PRODUCT_COLUMNS = (
    *("sku", "name", "category", "supplier", "country_of_origin", "unit"),
    *("list_price", "currency", "stock_on_hand", "reorder_point", "discontinued"),
)
MUST_HAVE = "name", "unit", "country_of_origin", "list_price", "currency"
CONTAINS, MAY_CONTAIN, CERTIFIED_FREE = "allergens_contains", "allergens_may_contain", "allergens_certified_free"
UNSTATED = "allergens_unstated"
ALLERGENS = CONTAINS, MAY_CONTAIN, CERTIFIED_FREE, UNSTATED
CONTAINS_WHAT = f"{CONTAINS} is empty: what it contains, or {NONE}"
PER = "nutrition_per"
FIGURES = "energy_kj", "energy_kcal", "fat", "saturates", "carbohydrate", "sugars", "protein", "salt"
PRODUCT_EXTRAS = (
    *("short_description", "description", "brand", "weight_grams", "region_of_origin", "ingredients"),
    *(*ALLERGENS, PER, *FIGURES, "certifications", "tags"),
    *("storage_zone", "temperature_low", "temperature_high", "shelf_life_days"),
    *("premium", "authentication", "age_restricted"),
)
TOGETHER = (CONTAINS, MAY_CONTAIN), FIGURES, ("temperature_low", "temperature_high")
"""One alone would leave open whether the others were stated; figures come all together."""


class Unsaid(StrEnum):
    """In place of allergens or of what nutrition is per, where nothing is stated."""

    NOT_STATED = "NOT_STATED"
    """It is sold without."""
    TO_FOLLOW = "TO_FOLLOW"
    """It is not on sale until it is stated."""


NAME = re.compile(rf"[^\x00-\x1f]{{1,{LONGEST_NAME}}}")
TAG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
COUNTRY = re.compile("[A-Z]{2}")
E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """A product and its stock as a file has them, with what the file lacks filled in."""

    line: int
    said: frozenset[str]
    """The columns of which it says anything."""
    sku: str
    description: Description
    category: str
    supplier: str
    price: Money | None
    stock_on_hand: int | None
    reorder_point: int | None
    discontinued: bool | None

    @property
    def categories(self) -> tuple[str, ...]:
        """Returns the slugs that the cell names, each once."""
        return tuple(dict.fromkeys(slug.strip() for slug in self.category.split(";") if slug.strip()))

    def drafted(self, *, category_ids: tuple[UUID, ...], supplier_id: UUID | None) -> CreateProduct:
        """Returns the command that drafts it; raises `Rejected` where the row lacks what a product must have."""
        must_say(self.said, MUST_HAVE)
        self.must_say_what_it_contains()
        placed: dict[str, Any] = {"category_ids": category_ids, "supplier_id": supplier_id}
        said = self.description
        described = replace(said, description=said.description or f"{said.name}, {said.unit}")
        return CreateProduct(**vars(described), sku=self.sku, price=cast(Money, self.price), **placed)

    def must_say_what_it_contains(self) -> None:
        """Raises `Rejected` for a row that says of allergens something else alone."""
        if self.description.allergens and CONTAINS not in self.said:
            raise Rejected(CONTAINS_WHAT, code="cell_empty")


def product_in(row: Row, *, whole: bool = True) -> ProductRow:
    """Reads a product from a row. What is wrong is noted at the table, and what is returned then means nothing.

    `whole`: it must say all that a product must have, name a category and a supplier, and tell of its stock.
    """

    def units(column: str) -> int | None:
        asked = whole or row.cells.get(column)
        return row.whole_number(column, least=0, most=LARGEST_QUANTITY) if asked else None

    return ProductRow(
        line=row.line,
        said=row.said,
        sku=row.matching("sku", SKU, "must be 2 to 32 of A-Z, 0-9, - and ."),
        description=_description(row, whole=whole),
        category=row.text("category", longest=LONGEST_TEXT, required=whole),
        supplier=row.text("supplier", longest=LONGEST_TEXT, required=whole),
        price=_price(row) if whole or row.said & {"list_price", "currency"} else None,
        stock_on_hand=units("stock_on_hand"),
        reorder_point=units("reorder_point"),
        discontinued=row.truth("discontinued") if whole or row.cells.get("discontinued") else None,
    )


def name_in(row: Row, column: str) -> str:
    """Returns a name as commands take it; notes one of which nothing can be seen."""
    rule = "must be one line of at most 200 characters"
    name = visible(line := row.matching(column, NAME, rule))
    if line and not name:
        row.broken(column, rule)
    return name


def country_in(row: Row, column: str) -> str:
    code = row.matching(column, COUNTRY, "must be two upper-case letters")
    if code and code not in countries():
        row.broken(column, "is no country's code in ISO 3166")
    return code


def _description(row: Row, *, whole: bool) -> Description:
    name, unit = (name_in(row, column) if whole or column in row.said else "" for column in ("name", "unit"))
    country = country_in(row, "country_of_origin") if whole or "country_of_origin" in row.said else ""
    zone, weight, days = (row.cells.get(column) for column in ("storage_zone", "weight_grams", "shelf_life_days"))
    allergens, nutrition = _allergens(row), _nutrition(row)
    if whole and allergens and CONTAINS not in row.said:
        row.note(CONTAINS_WHAT)
    said = Description(
        name=name,
        short_description=_line(row, "short_description"),
        description=row.text("description", longest=LONGEST_TEXT, required=False),
        brand=_line(row, "brand"),
        unit=unit,
        weight_grams=row.whole_number("weight_grams", least=1, most=LARGEST_WEIGHT) if weight else None,
        country_of_origin=country,
        region_of_origin=_line(row, "region_of_origin"),
        ingredients=row.text("ingredients", longest=LONGEST_TEXT, required=False),
        storage_zone=StorageZone(row.one_of("storage_zone", tuple(StorageZone))) if zone else StorageZone.AMBIENT,
        temperature=_temperature(row),
        shelf_life_days=row.whole_number("shelf_life_days", least=1, most=MOST_DAYS) if days else None,
        allergens=allergens,
        nutrition=nutrition,
        not_stated=tuple(_not_stated(row, {NotStated.ALLERGENS: allergens, NotStated.NUTRITION: nutrition})),
        certifications=_listed(row, "certifications", Certification),
        tags=_tags(row),
        premium=bool(row.cells.get("premium")) and row.truth("premium"),
        authentication=row.text("authentication", longest=LONGEST_TEXT, required=False),
        age_restricted=bool(row.cells.get("age_restricted")) and row.truth("age_restricted"),
    )
    if row.is_bad:
        return said
    if said.unproven:
        row.note("premium needs region_of_origin and authentication")
    if allergens and allergens.contradicted:
        row.note(f"allergens: {', '.join(allergens.contradicted)} is stated in two ways that cannot both be true")
    return said


def _line(row: Row, column: str) -> str:
    return name_in(row, column) if row.cells.get(column) else ""


def _allergens(row: Row) -> Allergens | None:
    """Returns what is stated; nobody states that there are none by saying nothing."""
    if row.cells.get(CONTAINS) in tuple(Unsaid) or not row.said.intersection(ALLERGENS):
        return None
    named = {column: _listed(row, column, Allergen) for column in ALLERGENS}
    stated = {column.removeprefix("allergens_"): allergens for column, allergens in named.items()}
    return load(Allergens, stated)


def _nutrition(row: Row) -> Nutrition | None:
    if row.cells.get(PER) in tuple(Unsaid) or not row.said.intersection((PER, *FIGURES)):
        return None
    per = Measure(row.one_of(PER, tuple(Measure))) if row.cells.get(PER) else Measure.GRAMS
    kj, kcal = (row.whole_number(column, least=0, most=MOST_ENERGY) for column in FIGURES[:2])
    grams = {column: _figure(row, column, least=0, most=100) for column in FIGURES[2:]}
    return _made(row, lambda: load(Nutrition, {"per": per, "energy_kj": kj, "energy_kcal": kcal, **grams}))


def _not_stated(row: Row, labels: Mapping[NotStated, object]) -> Iterator[NotStated]:
    said = {NotStated.ALLERGENS: row.cells.get(CONTAINS), NotStated.NUTRITION: row.cells.get(PER)}
    for what, stated in labels.items():
        if stated is None and said[what] != Unsaid.TO_FOLLOW:
            yield what


def _temperature(row: Row) -> TemperatureRange | None:
    low, high = "temperature_low", "temperature_high"
    if not (row.cells.get(low) or row.cells.get(high)):
        return None
    degrees = {"low": _degrees(row, low, least=-60, most=40), "high": _degrees(row, high, least=-40, most=60)}
    return _made(row, lambda: load(TemperatureRange, degrees))


def _degrees(row: Row, column: str, *, least: int, most: int) -> int:
    text = row.cells.get(column, "")
    if re.fullmatch("-?[0-9]{1,2}", text) and least <= int(text) <= most:
        return int(text)
    row.broken(column, f"must be whole degrees Celsius from {least} to {most}")
    return least


def _made(row: Row, make: Callable[[], V]) -> V | None:
    """Makes a value, or notes that its parts do not go together."""
    try:
        return make()
    except ValidationError as error:
        row.note("; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors()))
    return None


def _figure(row: Row, column: str, *, least: int, most: int) -> Decimal:
    number = row.number(column)
    if number is not None and least <= number <= most and round(number, 2) == number:
        return number
    row.broken(column, f"must be a number from {least} to {most} with at most two decimals")
    return Decimal(least)


def _listed(row: Row, column: str, kind: type[E]) -> tuple[E, ...]:
    """Returns what one cell names between semicolons, each once."""
    names = _split(row, column)
    for name in names:
        if name not in tuple(kind):
            row.note(f"{column}: {shown(name)} must be one of {', '.join(kind)}")
    return tuple(one for one in kind if one in names)


def _tags(row: Row) -> tuple[str, ...]:
    tags = _split(row, "tags")
    for tag in tags:
        if not TAG.fullmatch(tag) or len(tag) > LONGEST_CODE:
            row.note(
                f"tags: {shown(tag)} must be lower-case letters, digits and single hyphens, {LONGEST_CODE} at most"
            )
    return tuple(dict.fromkeys(tags))


def _split(row: Row, column: str) -> list[str]:
    return [name.strip() for name in row.cells.get(column, "").split(";") if name.strip()]


def _price(row: Row) -> Money:
    amount = row.number("list_price")
    if rule := "is not a number" if amount is None else _rule_broken_by(amount):
        row.broken("list_price", rule)
        amount = None
    return Money(amount=amount or Decimal(1), currency=cast(Currency, row.one_of("currency", CURRENCIES)))


def _rule_broken_by(price: Decimal) -> str:
    if price <= 0:
        return "must be above zero"
    if price > HIGHEST_PRICE:
        return f"must be at most {HIGHEST_PRICE}"
    return "has more than two decimals" if price != price.quantize(CENT) else ""
