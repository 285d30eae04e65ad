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


class Severity(StrEnum):
    """How much harm the goods of a recalled lot may do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Loss(StrEnum):
    """How goods come to be written off."""

    DAMAGE = "damage"
    THEFT = "theft"


class Level(StrEnum):
    """How pressing a notice is."""

    INFO = "info"
    WARN = "warn"
    CRITICAL = "critical"


NOTICES = {30: Level.INFO, 14: Level.WARN, 7: Level.CRITICAL}
"""Days before its best-before at which a lot is brought to notice (DOMAIN.md 2.2, ruling 11)."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many units of one lot."""

    lot_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """So many units that an order has had of a lot."""

    reference: str
    quantity: int


def business_day(at: datetime) -> date:
    """The day that it is in Barbados: a lot is sold through its best-before day there."""
    return at.astimezone(BARBADOS).date()
