"""What is known of a customer beyond their name: of people what they like, of businesses how large they are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from efi.domain.fields import LARGEST_QUANTITY, Line, Name
from efi.domain.values import Money

MOST_LISTED = 50
LONGEST_WORD = 100
Words = Annotated[tuple[Annotated[Name, Field(max_length=LONGEST_WORD)], ...], Field(max_length=MOST_LISTED)]
"""Some words or names, such as of cuisines."""
SomeWords = Annotated[
    tuple[Annotated[Name, Field(max_length=LONGEST_WORD)], ...], Field(min_length=1, max_length=MOST_LISTED)
]
Count = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]
Positive = Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)]


class BusinessSize(StrEnum):
    """How large a business is."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True)
class ConsumerProfile:
    """What somebody who buys for themselves likes, and how they buy."""

    cultural_preferences: SomeWords
    dietary_restrictions: Words = ()
    purchases_per_month: Count = 0
    average_order: Money | None = None
    loyalty_points: Count = 0
    referrals: Count = 0


@dataclass(frozen=True, kw_only=True)
class BusinessProfile:
    """How large a business is, and how we work with it."""

    size: BusinessSize
    employees: Positive
    annual_revenue: Money | None = None
    monthly_volume: Money | None = None
    payment_days: Annotated[int, Field(ge=0, le=365)] = 0
    contract: Line = ""
    special_pricing: bool = False
    account_manager: Name


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Under what names and numbers a business is registered."""

    business_name: Name
    tax_id: Line = ""
    licence: Line = ""
