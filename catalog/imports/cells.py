"""What is said of a product, as the cells of a file have it."""

from collections.abc import Iterable
from enum import StrEnum

from catalog.imports.product_rows import (
    ALLERGENS,
    CONTAINS,
    FIGURES,
    PER,
    PRODUCT_COLUMNS,
    PRODUCT_EXTRAS,
    Unsaid,
)
from catalog.values import Allergens, Description, NotStated
from efi.imports.tables import NONE

COLUMNS = (*PRODUCT_COLUMNS, *PRODUCT_EXTRAS)


def cells_of(said: Description) -> dict[str, object]:
    """Returns a description by column."""
    cells: dict[str, object] = {name: value for name, value in vars(said).items() if name in COLUMNS}
    cells |= {"certifications": joined(said.certifications), "tags": joined(said.tags)}
    cells |= _allergens(said.allergens, _unsaid(said, NotStated.ALLERGENS))
    figures = vars(said.nutrition) if said.nutrition else {}
    cells |= {column: figures.get(column) for column in FIGURES}
    cells[PER] = said.nutrition.per if said.nutrition else _unsaid(said, NotStated.NUTRITION)
    kept = said.temperature
    return {**cells, "temperature_low": kept.low if kept else None, "temperature_high": kept.high if kept else None}


def joined(names: Iterable[str | StrEnum]) -> str:
    return ";".join(map(str, names))


def _allergens(stated: Allergens | None, unsaid: Unsaid) -> dict[str, object]:
    if not stated:
        return {**dict.fromkeys(ALLERGENS, ""), CONTAINS: unsaid}
    named = {column: joined(getattr(stated, column.removeprefix("allergens_"))) for column in ALLERGENS}
    return {**named, CONTAINS: named[CONTAINS] or NONE}


def _unsaid(said: Description, what: NotStated) -> Unsaid:
    return Unsaid.NOT_STATED if what in said.not_stated else Unsaid.TO_FOLLOW
