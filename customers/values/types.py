"""What kinds of customers there are, the segments of each, and the prices that they buy at."""

from collections.abc import Mapping
from enum import StrEnum


class CustomerType(StrEnum):
    """Who a customer is to the business: the first four are people who buy for themselves."""

    DIASPORA_COMMUNITY = "diaspora_community"
    TOURIST = "tourist"
    EXPAT = "expat"
    INDIGENOUS_FOODIE = "indigenous_foodie"
    FOOD_TRUCK = "food_truck"
    PRIVATE_CHEF = "private_chef"
    SPECIALTY_MARKET = "specialty_market"
    LIMITED_SERVICE_RESTAURANT = "limited_service_restaurant"
    FULL_SERVICE_RESTAURANT = "full_service_restaurant"
    HOTEL_RESTAURANT = "hotel_restaurant"
    IMPORTER = "importer"
    REGIONAL_SUPERMARKET = "regional_supermarket"
    CRUISE_LINE_PROVISIONER = "cruise_line_provisioner"
    INTERNATIONAL_RETAILER = "international_retailer"


class PricingTier(StrEnum):
    """The prices that somebody buys at; guests are those who have not signed in."""

    GUEST = "guest"
    RETAIL = "retail"
    COMMERCIAL = "commercial"
    WHOLESALE = "wholesale"
    IMPORTER = "importer"


CONSUMERS = frozenset(
    {
        CustomerType.DIASPORA_COMMUNITY,
        CustomerType.TOURIST,
        CustomerType.EXPAT,
        CustomerType.INDIGENOUS_FOODIE,
    }
)
COMMERCIAL = frozenset({CustomerType.FOOD_TRUCK, CustomerType.PRIVATE_CHEF, CustomerType.LIMITED_SERVICE_RESTAURANT})


def tier_of(kind: CustomerType) -> PricingTier:
    """Returns the prices that customers of a type buy at (docs/domain.md#customers)."""
    if kind in CONSUMERS:
        return PricingTier.RETAIL
    if kind in COMMERCIAL:
        return PricingTier.COMMERCIAL
    return PricingTier.IMPORTER if kind == CustomerType.IMPORTER else PricingTier.WHOLESALE


class Segment(StrEnum):
    """How customers of a type differ from each other; several types may know the same word."""

    NEW_ARRIVAL = "new_arrival"
    ESTABLISHED = "established"
    SECOND_GENERATION = "second_generation"
    CULINARY_EXPLORER = "culinary_explorer"
    CASUAL = "casual"
    HOMESICK = "homesick"
    LONG_TERM = "long_term"
    RETURNING = "returning"
    ENTHUSIAST = "enthusiast"
    INFLUENCER = "influencer"
    CHEF = "chef"
    STARTUP = "startup"
    CHAIN = "chain"
    INDEPENDENT = "independent"
    CATERING = "catering"
    CELEBRITY = "celebrity"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    NEW = "new"
    FINE = "fine"
    BOUTIQUE = "boutique"
    MIDSCALE = "midscale"
    LUXURY = "luxury"
    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"
    GLOBAL = "global"


BY_SIZE = (Segment.SMALL, Segment.MEDIUM, Segment.LARGE)
SEGMENTS: Mapping[CustomerType, tuple[Segment, ...]] = {
    CustomerType.DIASPORA_COMMUNITY: (Segment.NEW_ARRIVAL, Segment.ESTABLISHED, Segment.SECOND_GENERATION),
    CustomerType.TOURIST: (Segment.CULINARY_EXPLORER, Segment.CASUAL, Segment.HOMESICK),
    CustomerType.EXPAT: (Segment.NEW_ARRIVAL, Segment.LONG_TERM, Segment.RETURNING),
    CustomerType.INDIGENOUS_FOODIE: (Segment.ENTHUSIAST, Segment.INFLUENCER, Segment.CHEF),
    CustomerType.FOOD_TRUCK: (Segment.STARTUP, Segment.ESTABLISHED, Segment.CHAIN),
    CustomerType.PRIVATE_CHEF: (Segment.INDEPENDENT, Segment.CATERING, Segment.CELEBRITY),
    CustomerType.SPECIALTY_MARKET: BY_SIZE,
    CustomerType.LIMITED_SERVICE_RESTAURANT: (Segment.NEW, Segment.ESTABLISHED, Segment.CHAIN),
    CustomerType.FULL_SERVICE_RESTAURANT: (Segment.INDEPENDENT, Segment.CHAIN, Segment.FINE),
    CustomerType.HOTEL_RESTAURANT: (Segment.BOUTIQUE, Segment.MIDSCALE, Segment.LUXURY),
    CustomerType.IMPORTER: BY_SIZE,
    CustomerType.REGIONAL_SUPERMARKET: (Segment.LOCAL, Segment.REGIONAL, Segment.NATIONAL),
    CustomerType.CRUISE_LINE_PROVISIONER: BY_SIZE,
    CustomerType.INTERNATIONAL_RETAILER: (Segment.LOCAL, Segment.REGIONAL, Segment.GLOBAL),
}
"""The segments that each type is divided into (docs/domain.md#customers)."""


def is_business(kind: CustomerType) -> bool:
    """Tells whether customers of a type buy for a business rather than for themselves."""
    return kind not in CONSUMERS


class Standing(StrEnum):
    """What has become of a customer."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    MERGED = "merged"
    FORGOTTEN = "forgotten"


class Act(StrEnum):
    """What somebody did about a consent, or what became of it when two customers were merged."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    ASKED_ANEW = "asked_anew"
