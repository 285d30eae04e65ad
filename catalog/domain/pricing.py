"""What a list price may be, and how far it may move at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from efi.domain.errors import Rejected
from efi.domain.values import CENT, Money

HIGHEST_PRICE = Decimal("9999999.99")
FARTHEST = Decimal("0.15")
"""How far a price may move without a second person, as a part of what it is (docs/domain.md#prices)."""
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class FormerPrice:
    """A price that one person alone has changed, and when."""

    price: Money
    until: datetime


def must_be_sellable_at(price: Money) -> None:
    """Raises `Rejected` for a price that is not above zero, or beyond the highest."""
    if price.amount <= 0:
        raise Rejected(f"{price}: a price must be above zero", code="price_out_of_range")
    if price.amount > HIGHEST_PRICE:
        raise Rejected(f"{price}: a price is at most {HIGHEST_PRICE}", code="price_out_of_range")


def lately(former: Iterable[FormerPrice], at: datetime) -> tuple[FormerPrice, ...]:
    """Returns the prices that have been left within a week before a moment; the first is that of a week ago."""
    return tuple(one for one in former if at - one.until < A_WEEK)


def in_bbd(price: Money, rates: Mapping[str, Decimal]) -> Money | None:
    """Returns what a price comes to in BBD; None where no rate says so."""
    rate = Decimal(1) if price.currency == "BBD" else rates.get(price.currency)
    return Money(amount=(price.amount * rate).quantize(CENT, ROUND_HALF_UP)) if rate else None


def is_far(old: Money, new: Money) -> bool:
    """Returns whether a price moves too far for one person: always so to another currency, which cannot be compared."""
    return old.currency != new.currency or abs(new.amount - old.amount) > FARTHEST * old.amount
