"""Values of the catalogue."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

BARBADOS = timezone(timedelta(hours=-4), "AST")  # no daylight saving: UTC-4 all year


LONGEST_NAME = 200
LONGEST_SLUG = 100
LONGEST_CODE = 40
LONGEST_TEXT = 10_000
LONGEST_SHELF_LIFE = 36_500
LARGEST_QUANTITY = 1_000_000_000


class Allergen(StrEnum):
    """The allergens that a label must name."""

    GLUTEN = "GLUTEN"
    DAIRY = "DAIRY"
    NUTS = "NUTS"
    PEANUTS = "PEANUTS"
    SOY = "SOY"
    EGGS = "EGGS"
    FISH = "FISH"
    SHELLFISH = "SHELLFISH"
    SESAME = "SESAME"


class StorageZone(StrEnum):
    """How a product is kept on its way and in the warehouse."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class Status(StrEnum):
    """Where a product stands between a draft and its end."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    ACTIVE = "active"
    INACTIVE = "inactive"
    DISCONTINUED = "discontinued"


VISIBLE = frozenset({Status.ACTIVE, Status.DISCONTINUED})


@dataclass(frozen=True, kw_only=True)
class Allergens:
    """What the label states. A product without one is "not stated", which is not "free of"."""

    contains: tuple[Allergen, ...] = ()
    may_contain: tuple[Allergen, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many units of one lot."""

    lot_id: UUID
    quantity: int


def business_day(at: datetime) -> date:
    """The day that it is in Barbados: a lot is sold through its best-before day there."""
    return at.astimezone(BARBADOS).date()
