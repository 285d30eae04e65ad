"""What is asked of customers of one type alone (docs/domain.md#customers)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from customers.values.profiles import Count, Positive, SomeWords
from customers.values.types import CustomerType
from efi.domain.fields import Country, Day, Line, Name
from efi.domain.payloads import tells_apart, told_as
from efi.domain.values import Money

CLOCK = told_as("a time of day, such as 07:30", r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
WEB = told_as("an address in the web, such as https://chef.example", r"^https?://[^\s/]+\.[^\s/]+(/\S*)?$")
TimeOfDay = Annotated[str, StringConstraints(pattern=CLOCK)]
WebAddress = Annotated[str, StringConstraints(max_length=200, pattern=WEB)]


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Residency(StrEnum):
    """By what right an expat lives here."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    WORK_PERMIT = "work_permit"


class Rhythm(StrEnum):
    """How often something comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    BI_WEEKLY = "bi_weekly"


class Accommodation(StrEnum):
    """Where a tourist stays."""

    AIRBNB = "airbnb"
    HOTEL = "hotel"
    VILLA = "villa"
    OTHER = "other"


class Skill(StrEnum):
    """How well somebody cooks."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Clientele(StrEnum):
    """Whom a private chef cooks for."""

    VILLA = "villa"
    HOTEL = "hotel"
    EVENT = "event"
    CORPORATE = "corporate"


class Storage(StrEnum):
    """How much a food truck can store."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=len(Weekday))]


@dataclass(frozen=True, kw_only=True)
class Diaspora:
    """Somebody whose family came from elsewhere."""

    type: Literal[CustomerType.DIASPORA_COMMUNITY] = CustomerType.DIASPORA_COMMUNITY
    cultural_background: Name
    cuisines: SomeWords


@dataclass(frozen=True, kw_only=True)
class Expat:
    """Somebody from abroad who lives here. Whoever subscribes says on which day and how often."""

    type: Literal[CustomerType.EXPAT] = CustomerType.EXPAT
    country: Country
    residency: Residency
    months: Positive
    subscribes: bool = False
    preferred_day: Weekday | None = None
    frequency: Rhythm | None = None

    def __post_init__(self) -> None:
        if self.subscribes and not (self.preferred_day and self.frequency):
            raise ValueError("whoever subscribes says on which day and how often")


@dataclass(frozen=True, kw_only=True)
class Tourist:
    """Somebody who stays for some days."""

    type: Literal[CustomerType.TOURIST] = CustomerType.TOURIST
    country: Country
    stay_days: Positive
    accommodation: Accommodation
    accommodation_address: Name
    departure: Day


@dataclass(frozen=True, kw_only=True)
class Foodie:
    """Somebody from here who is curious about food."""

    type: Literal[CustomerType.INDIGENOUS_FOODIE] = CustomerType.INDIGENOUS_FOODIE
    interests: SomeWords
    skill: Skill
    family: Positive


@dataclass(frozen=True, kw_only=True)
class FoodTruck:
    """A kitchen on wheels."""

    type: Literal[CustomerType.FOOD_TRUCK] = CustomerType.FOOD_TRUCK
    cuisines: SomeWords
    locations: SomeWords
    storage: Storage
    rhythm: Rhythm
    days: Weekdays


@dataclass(frozen=True, kw_only=True)
class PrivateChef:
    """A cook who comes to the house."""

    type: Literal[CustomerType.PRIVATE_CHEF] = CustomerType.PRIVATE_CHEF
    specialties: SomeWords
    clientele: Annotated[tuple[Clientele, ...], Field(min_length=1, max_length=len(Clientele))]
    radius_km: Positive
    notice_hours: Count
    website: WebAddress | None = None


@dataclass(frozen=True, kw_only=True)
class SpecialtyMarket:
    """A shop that sells what we import."""

    type: Literal[CustomerType.SPECIALTY_MARKET] = CustomerType.SPECIALTY_MARKET
    store_size: Line = ""
    footfall: Count
    shelf_feet: Positive
    focuses: SomeWords


@dataclass(frozen=True, kw_only=True)
class Restaurant:
    """A restaurant of limited or of full service."""

    type: Literal[CustomerType.LIMITED_SERVICE_RESTAURANT, CustomerType.FULL_SERVICE_RESTAURANT]
    cuisines: SomeWords
    delivery_days: Weekdays
    tables: Count
    seats: Count
    average_order: Money
    opens: TimeOfDay
    closes: TimeOfDay

    def __post_init__(self) -> None:
        if not self.average_order.amount:
            raise ValueError("an average order is above zero")


@dataclass(frozen=True, kw_only=True)
class Hotel:
    """A hotel with restaurants."""

    type: Literal[CustomerType.HOTEL_RESTAURANT] = CustomerType.HOTEL_RESTAURANT
    rooms: Positive
    restaurants: Positive
    peak_months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(max_length=12)] = ()
    contract_discount: Annotated[int, Field(ge=0, le=100)] = 0
    banquet_revenue: Money | None = None


Traits = Annotated[
    Diaspora | Expat | Tourist | Foodie | FoodTruck | PrivateChef | SpecialtyMarket | Restaurant | Hotel,
    Field(
        discriminator="type",
        examples=[{"type": "expat", "country": "GB", "residency": "work_permit", "months": 18}],
    ),
]
"""What is asked of one type; later types have none yet."""
TRAITS: dict[CustomerType, type] = {
    CustomerType.DIASPORA_COMMUNITY: Diaspora,
    CustomerType.EXPAT: Expat,
    CustomerType.TOURIST: Tourist,
    CustomerType.INDIGENOUS_FOODIE: Foodie,
    CustomerType.FOOD_TRUCK: FoodTruck,
    CustomerType.PRIVATE_CHEF: PrivateChef,
    CustomerType.SPECIALTY_MARKET: SpecialtyMarket,
    CustomerType.LIMITED_SERVICE_RESTAURANT: Restaurant,
    CustomerType.FULL_SERVICE_RESTAURANT: Restaurant,
    CustomerType.HOTEL_RESTAURANT: Hotel,
}
tells_apart(*TRAITS)


def departure_of(traits: object) -> date | None:
    """Returns the day on which a tourist leaves; None of all others."""
    return traits.departure if isinstance(traits, Tourist) else None
