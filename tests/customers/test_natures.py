"""What customers are like: types with their segments, profiles that fit them, and what is asked of one type alone."""

from datetime import timedelta

import pytest

from customers.commands.people import (
    ChangeSegment,
    DescribeBusiness,
    DescribeConsumer,
    DescribeTraits,
    IdentifyBusiness,
    RenameCustomer,
    RetypeCustomer,
    TagCustomer,
)
from customers.domain.customer import Customer
from customers.events import (
    BusinessDescribed,
    BusinessIdentified,
    ConsumerDescribed,
    CreditGranted,
    CustomerForgotten,
    CustomerRenamed,
    CustomerRetyped,
    CustomerSegmentChanged,
    CustomerTagged,
    TraitsDescribed,
)
from customers.values import (
    CONSUMERS,
    SEGMENTS,
    TRAITS,
    Accommodation,
    BusinessProfile,
    BusinessSize,
    ConsumerProfile,
    CustomerType,
    Expat,
    PricingTier,
    Residency,
    Rhythm,
    Segment,
    Tourist,
    Weekday,
    is_business,
    tier_of,
)
from efi.domain.errors import Malformed
from efi.domain.values import business_day
from efi.writing.commands import read
from tests.customers.folk import ANNA, NET_7, TRATTORIA, registered
from tests.given import MARIA, NOW, identity

ANNA_IS_AN_EXPAT = registered(ANNA, CustomerType.EXPAT)
A_TRATTORIA = registered(ANNA, CustomerType.FULL_SERVICE_RESTAURANT, name="Ada")
LEVANTINE = ConsumerProfile(cultural_preferences=("Levantine",))
A_SMALL_HOUSE = BusinessProfile(size=BusinessSize.SMALL, employees=9, account_manager="Joan")
WORKS_HERE = Expat(country="GB", residency=Residency.WORK_PERMIT, months=18)
TODAY = business_day(NOW)


def stays_until(day):
    return Tourist(
        country="GB", stay_days=7, accommodation=Accommodation.VILLA, accommodation_address="Sea View", departure=day
    )


class TestTypes:
    def test_there_are_fourteen_and_forty_two_segments_in_all(self):
        assert (len(CustomerType), sum(map(len, SEGMENTS.values()))) == (14, 42)
        assert SEGMENTS.keys() == set(CustomerType)

    def test_four_buy_for_themselves(self):
        assert len(CONSUMERS) == 4
        assert {kind for kind in CustomerType if not is_business(kind)} == CONSUMERS

    @pytest.mark.parametrize(
        ("kind", "tier"),
        [
            (CustomerType.TOURIST, PricingTier.RETAIL),
            (CustomerType.FOOD_TRUCK, PricingTier.COMMERCIAL),
            (CustomerType.HOTEL_RESTAURANT, PricingTier.WHOLESALE),
            (CustomerType.INTERNATIONAL_RETAILER, PricingTier.WHOLESALE),
            (CustomerType.IMPORTER, PricingTier.IMPORTER),
        ],
    )
    def test_a_type_buys_at_its_prices(self, kind, tier):
        assert tier_of(kind) is tier

    def test_of_ten_types_something_is_asked_that_of_others_is_not(self):
        assert len(TRAITS) == 10

    def test_another_type_ends_what_was_known_of_the_old_one(self, scenario):
        scenario.given(
            ANNA_IS_AN_EXPAT,
            CustomerSegmentChanged(customer_id=ANNA, previous=None, segment=Segment.LONG_TERM, reason="years"),
            TraitsDescribed(customer_id=ANNA, traits=WORKS_HERE),
        )
        scenario.when(RetypeCustomer(customer_id=ANNA, type=CustomerType.INDIGENOUS_FOODIE, reason="stays"))
        scenario.then(
            CustomerRetyped(
                customer_id=ANNA, old_type=CustomerType.EXPAT, type=CustomerType.INDIGENOUS_FOODIE, reason="stays"
            )
        )

    def test_the_same_type_changes_nothing(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(RetypeCustomer(customer_id=ANNA, type=CustomerType.EXPAT, reason="still is"))
        scenario.then_nothing()

    def test_a_business_with_credit_stays_a_business(self, scenario):
        granted = CreditGranted(customer_id=ANNA, proposal_id=identity("credit"), terms=NET_7, approved_by=MARIA)
        scenario.given(A_TRATTORIA, granted)
        scenario.when(RetypeCustomer(customer_id=ANNA, type=CustomerType.EXPAT, reason="closes"))
        scenario.refused("has_credit")


class TestSegments:
    def test_a_segment_is_one_of_the_type(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(ChangeSegment(customer_id=ANNA, segment=Segment.LONG_TERM, reason="two years"))
        scenario.then(
            CustomerSegmentChanged(customer_id=ANNA, previous=None, segment=Segment.LONG_TERM, reason="two years")
        )

    @pytest.mark.parametrize("kind", CustomerType)
    def test_no_type_takes_anothers(self, scenario, kind):
        foreign = next(segment for segment in Segment if segment not in SEGMENTS[kind])
        scenario.given(registered(ANNA, kind))
        scenario.when(ChangeSegment(customer_id=ANNA, segment=foreign, reason="a slip"))
        scenario.refused("segment_of_another_type")


class TestProfiles:
    def test_what_somebody_likes_is_asked_of_people(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(DescribeConsumer(customer_id=ANNA, profile=LEVANTINE))
        scenario.then(ConsumerDescribed(customer_id=ANNA, profile=LEVANTINE))

    def test_and_never_of_a_business(self, scenario):
        scenario.given(A_TRATTORIA)
        scenario.when(DescribeConsumer(customer_id=ANNA, profile=LEVANTINE))
        scenario.refused("profile_of_another_type")

    def test_how_large_it_is_and_its_licence_are_asked_of_a_business(self, scenario):
        scenario.given(A_TRATTORIA)
        scenario.when(DescribeBusiness(customer_id=ANNA, profile=A_SMALL_HOUSE))
        scenario.then(BusinessDescribed(customer_id=ANNA, profile=A_SMALL_HOUSE))
        scenario.when(IdentifyBusiness(customer_id=ANNA, licence=TRATTORIA))
        scenario.then(BusinessIdentified(customer_id=ANNA, licence=TRATTORIA))

    @pytest.mark.parametrize(
        "command",
        [
            DescribeBusiness(customer_id=ANNA, profile=A_SMALL_HOUSE),
            IdentifyBusiness(customer_id=ANNA, licence=TRATTORIA),
        ],
    )
    def test_and_never_of_people(self, scenario, command):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(command)
        scenario.refused("profile_of_another_type")

    @pytest.mark.parametrize(
        ("profile", "pointer"),
        [
            ('{"cultural_preferences": []}', "/profile/cultural_preferences"),
            ('{"cultural_preferences": ["Levantine"], "referrals": -1}', "/profile/referrals"),
        ],
    )
    def test_a_profile_says_at_least_one_preference_and_counts_from_0(self, profile, pointer):
        with pytest.raises(Malformed) as told:
            read(DescribeConsumer, f'{{"customer_id": "{ANNA}", "profile": {profile}}}'.encode())
        assert [fault["pointer"] for fault in told.value.faults] == [pointer]


class TestTraits:
    def test_what_is_asked_of_a_type_is_told(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(DescribeTraits(customer_id=ANNA, traits=WORKS_HERE))
        scenario.then(TraitsDescribed(customer_id=ANNA, traits=WORKS_HERE))

    def test_of_no_other(self, scenario):
        scenario.given(A_TRATTORIA)
        scenario.when(DescribeTraits(customer_id=ANNA, traits=WORKS_HERE))
        scenario.refused("traits_of_another_type")

    def test_a_departure_is_never_past(self, scenario):
        scenario.given(registered(ANNA, CustomerType.TOURIST))
        scenario.when(DescribeTraits(customer_id=ANNA, traits=stays_until(TODAY - timedelta(days=1))))
        scenario.refused("departure_past")
        scenario.when(DescribeTraits(customer_id=ANNA, traits=stays_until(TODAY)))
        scenario.then(TraitsDescribed(customer_id=ANNA, traits=stays_until(TODAY)))

    def test_whoever_subscribes_says_on_which_day_and_how_often(self):
        with pytest.raises(ValueError, match="which day"):
            Expat(country="GB", residency=Residency.PERMANENT, months=3, subscribes=True)
        Expat(
            country="GB",
            residency=Residency.PERMANENT,
            months=3,
            subscribes=True,
            preferred_day=Weekday.FRIDAY,
            frequency=Rhythm.WEEKLY,
        )

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ('{"type": "tourist", "country": "GB"}', "/traits/stay_days"),
            ('{"type": "private_chef", "website": "chef"}', "/traits/website"),
            ('{"type": "hotel_restaurant", "rooms": 0}', "/traits/rooms"),
            ('{"type": "hotel_restaurant", "peak_months": [13]}', "/traits/peak_months/0"),
            ('{"type": "full_service_restaurant", "opens": "24:00"}', "/traits/opens"),
            ('{"type": "food_truck", "days": []}', "/traits/days"),
            ('{"type": "importer"}', "/traits"),
        ],
    )
    def test_a_fault_points_at_its_field(self, said, pointer):
        with pytest.raises(Malformed) as told:
            read(DescribeTraits, f'{{"customer_id": "{ANNA}", "traits": {said}}}'.encode())
        assert pointer in [fault["pointer"] for fault in told.value.faults]

    def test_what_a_script_sends_is_read(self):
        said = '{"type": "hotel_restaurant", "rooms": 40, "restaurants": 2, "peak_months": [1, 2]}'
        traits = read(DescribeTraits, f'{{"customer_id": "{ANNA}", "traits": {said}}}'.encode()).traits
        assert (traits.rooms, traits.peak_months) == (40, (1, 2))


class TestNamesAndTags:
    def test_a_customer_is_called_otherwise(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(RenameCustomer(customer_id=ANNA, name=" Anna  Brathwaite "))
        scenario.then(CustomerRenamed(customer_id=ANNA, name="Anna  Brathwaite"))

    def test_tags_come_once_and_in_order(self, scenario):
        scenario.given(ANNA_IS_AN_EXPAT)
        scenario.when(TagCustomer(customer_id=ANNA, tags=("vip", "regular", "vip")))
        scenario.then(CustomerTagged(customer_id=ANNA, tags=("regular", "vip")))
        scenario.when(TagCustomer(customer_id=ANNA, tags=("regular", "vip")))
        scenario.then_nothing()


def test_a_forgotten_customer_keeps_type_and_segment_for_the_figures():
    anna = Customer(id=ANNA).replay([ANNA_IS_AN_EXPAT, TraitsDescribed(customer_id=ANNA, traits=None)])
    anna.replay([CustomerForgotten(customer_id=ANNA)])
    assert (anna.nature.type, anna.nature.traits, anna.reaching.name) == (CustomerType.EXPAT, None, None)
