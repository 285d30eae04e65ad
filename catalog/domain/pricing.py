"""What a list price may be, and how far it may move at once."""

from decimal import Decimal

from efi.domain.errors import Rejected
from efi.domain.values import Money

HIGHEST_PRICE = Decimal("9999999.99")
FARTHEST = Decimal("0.15")
"""How far a price may move without a second person, as a part of what it is (docs/domain.md#prices)."""


def must_be_sellable_at(price: Money) -> None:
    """Raises `Rejected` for a price that is not above zero, or beyond the highest."""
    if price.amount <= 0:
        raise Rejected(f"{price}: a price must be above zero", code="price_out_of_range")
    if price.amount > HIGHEST_PRICE:
        raise Rejected(f"{price}: a price is at most {HIGHEST_PRICE}", code="price_out_of_range")


def is_far(old: Money, new: Money) -> bool:
    """Returns whether a price moves too far for one person: always so to another currency, which cannot be compared."""
    return old.currency != new.currency or abs(new.amount - old.amount) > FARTHEST * old.amount
