"""How far a lot has come, what may befall it, and how much there is of a product."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from catalog.values.products import Status


class LotState(StrEnum):
    """How far a lot has come from its receipt."""

    QUARANTINE = "quarantine"
    APPROVED_ONCE = "approved_once"
    ON_SALE = "on_sale"
    EXPIRED = "expired"
    REJECTED = "rejected"
    RECALLED = "recalled"
    DISPOSED = "disposed"


IN_QUARANTINE = (LotState.QUARANTINE, LotState.APPROVED_ONCE)
FOR_SALE = (*IN_QUARANTINE, LotState.ON_SALE)
"""What is, or may yet be, on sale."""
LEFT_OVER = (LotState.EXPIRED, LotState.REJECTED, LotState.RECALLED)
"""What never will be, and lies there until it is disposed of."""


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
"""Days before its best-before at which a lot is brought to notice (docs/domain.md#lots)."""


class Availability(StrEnum):
    """Whether a product can be had, and for how long."""

    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"
    DISCONTINUED = "discontinued"
    RECALLED = "recalled"


ENDS_AS = {Status.DISCONTINUED: Availability.DISCONTINUED, Status.RECALLED: Availability.RECALLED}


def availability(available: int, *, ended: Availability | None, low: bool = False) -> Availability:
    """Returns how a product of which so many units are available stands; `low`: more is to be bought."""
    if ended:
        return ended
    if not available:
        return Availability.OUT_OF_STOCK
    return Availability.LOW_STOCK if low else Availability.IN_STOCK


def supplier_claim(code: str) -> str:
    """Returns what a supplier's code claims: the same for codes that differ in case alone."""
    return f"supplier:{code.upper()}"


def batch_claim(supplier_id: UUID, batch_number: str) -> str:
    """Returns what a supplier's batch number claims: the same for numbers that differ in case alone."""
    return f"batch:{supplier_id}:{batch_number.upper()}"


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many units of one lot."""

    lot_id: UUID
    quantity: int
