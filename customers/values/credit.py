"""On what credit a business buys."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from efi.domain.values import Money

MOST_DAYS = 180
PaymentDays = Annotated[int, Field(ge=0, le=MOST_DAYS)]


@dataclass(frozen=True, kw_only=True)
class CreditTerms:
    """Within how many days of an invoice a business pays, and how much it may owe."""

    days: PaymentDays
    limit: Money
