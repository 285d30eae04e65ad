"""What kinds of customers there are, and the prices that each kind buys at."""

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
