"""Values that every context speaks in: money, and the day that it is where the business is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, StringConstraints

Currency = Literal["BBD", "USD", "EUR", "GBP", "BRL"]
CURRENCIES: tuple[str, ...] = get_args(Currency)
CENT = Decimal("0.01")
LARGEST = Decimal(1000000000000)
BARBADOS = timezone(timedelta(hours=-4), "AST")  # no daylight saving: UTC-4 all year
FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Between these, a moment can be told in every time zone, and days be counted from it."""

IN_CENTS = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
FIGURE = r"^[0-9]{1,13}(\.[0-9]{1,10})?$"
_Figure = Annotated[float, Field(ge=0, lt=float(LARGEST), description="Of two decimals at most.")]


def figures(told: str) -> BeforeValidator:
    """Returns what reads figures of one kind, which a refusal calls as it is told: "a number of grams".

    Plain figures only: `Decimal` would also read `1_0`, `1e2` and the digits of other scripts.
    """

    def figure(given: object) -> object:
        if isinstance(given, str) and not re.fullmatch(FIGURE, given):
            raise ValueError(f"{given[:40]} is not {told}")
        return Decimal(str(given)) if isinstance(given, str | int | float) and not isinstance(given, bool) else given

    return BeforeValidator(figure, json_schema_input_type=_Figure | Annotated[str, StringConstraints(pattern=IN_CENTS)])


Amount = Annotated[Decimal, figures("an amount of money")]


def _without_default(schema: dict[str, Any]) -> None:
    """Leaves open which currency is meant where none is named: prices are in the shop's."""
    schema.pop("default", None)


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount of one currency, never negative, always two decimals (docs/domain.md#money-and-time)."""

    amount: Amount
    currency: Annotated[Currency, Field(json_schema_extra=_without_default)] = "BBD"

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency!r} is no currency that we trade in: {', '.join(CURRENCIES)}")
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite() or not 0 <= self.amount < LARGEST:
            raise ValueError(f"{self.amount} is not an amount of money")
        rounded = self.amount.quantize(CENT, ROUND_HALF_UP)
        if rounded != self.amount:
            raise ValueError(f"{self.amount} has more than two decimals")
        object.__setattr__(self, "amount", abs(rounded))

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

    @property
    def minor(self) -> int:
        """Returns the amount in cents."""
        return int(self.amount * 100)


def moved(old: Money, new: Money) -> str:
    """Returns by how many per cent an amount moves, as "+12.5 %"; what is of another currency cannot be compared."""
    if old.currency != new.currency or not old.amount:
        return "not to be compared"
    return f"{(new.amount - old.amount) / old.amount * 100:+.1f} %"


def business_day(at: datetime) -> date:
    """Returns the day that it is in Barbados at a moment."""
    return at.astimezone(BARBADOS).date()


def in_utc(at: datetime) -> datetime:
    """Returns a moment in UTC; one at an end of the calendar becomes the nearest that can be counted from."""
    return min(max(at, FIRST), LAST).astimezone(UTC)


def day_after(day: date) -> datetime:
    """Returns the moment at which a business day is over."""
    return in_utc(datetime.combine(day, time(), BARBADOS)) + timedelta(days=1)
