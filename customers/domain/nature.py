"""What a customer is like: their type with its segment, and what is known of customers of that type."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from customers.events import (
    BusinessDescribed,
    BusinessIdentified,
    ConsumerDescribed,
    CustomerRegistered,
    CustomerRetyped,
    CustomerSegmentChanged,
    TraitsDescribed,
)
from customers.values import (
    SEGMENTS,
    BusinessProfile,
    ConsumerProfile,
    CustomerType,
    Licence,
    Segment,
    Traits,
    departure_of,
    is_business,
)
from efi.domain.errors import Rejected
from efi.domain.payloads import Personal

Profile = ConsumerProfile | BusinessProfile
NatureFact = (
    CustomerRegistered
    | CustomerRetyped
    | CustomerSegmentChanged
    | ConsumerDescribed
    | BusinessDescribed
    | BusinessIdentified
    | TraitsDescribed
)


@dataclass(kw_only=True)
class Nature:
    """Its verbs return events, which the customer records."""

    type: CustomerType = CustomerType.INDIGENOUS_FOODIE
    segment: Segment | None = None
    consumer: Personal[ConsumerProfile] = None
    business: Personal[BusinessProfile] = None
    licence: Personal[Licence] = None
    traits: Personal[Traits] = None
    profile_since: datetime | None = None
    """When it was last said what they like, or how large they are."""
    traits_since: datetime | None = None

    @property
    def is_business(self) -> bool:
        return is_business(self.type)

    def retype(self, customer_id: UUID, kind: CustomerType, reason: str) -> CustomerRetyped | None:
        if kind == self.type:
            return None
        return CustomerRetyped(customer_id=customer_id, old_type=self.type, type=kind, reason=reason)

    def place(self, customer_id: UUID, segment: Segment, reason: str) -> CustomerSegmentChanged | None:
        if segment not in SEGMENTS[self.type]:
            fitting = ", ".join(SEGMENTS[self.type])
            raise Rejected(
                f"{segment} is no segment of {self.type}: there are {fitting}", code="segment_of_another_type"
            )
        if segment == self.segment:
            return None
        return CustomerSegmentChanged(customer_id=customer_id, previous=self.segment, segment=segment, reason=reason)

    def describe_consumer(self, customer_id: UUID, profile: ConsumerProfile) -> ConsumerDescribed | None:
        self._must_be(business=False)
        return ConsumerDescribed(customer_id=customer_id, profile=profile) if profile != self.consumer else None

    def describe_business(self, customer_id: UUID, profile: BusinessProfile) -> BusinessDescribed | None:
        self._must_be(business=True)
        return BusinessDescribed(customer_id=customer_id, profile=profile) if profile != self.business else None

    def identify(self, customer_id: UUID, licence: Licence) -> BusinessIdentified | None:
        self._must_be(business=True)
        return BusinessIdentified(customer_id=customer_id, licence=licence) if licence != self.licence else None

    def describe_traits(self, customer_id: UUID, traits: Traits, today: date) -> TraitsDescribed | None:
        if traits.type != self.type:
            raise Rejected(f"these are asked of {traits.type}, not of {self.type}", code="traits_of_another_type")
        if (departure := departure_of(traits)) and departure < today:
            raise Rejected(f"the departure, {departure}, is past", code="departure_past")
        return TraitsDescribed(customer_id=customer_id, traits=traits) if traits != self.traits else None

    def evolve(self, event: NatureFact, moment: datetime | None) -> None:
        match event:
            case CustomerRegistered():
                self.type = event.type
            case CustomerRetyped():
                self.type, self.segment, self.traits, self.traits_since = event.type, None, None, None
                if is_business(event.type):
                    self.consumer = None
                else:
                    self.business = self.licence = None
            case CustomerSegmentChanged():
                self.segment = event.segment
            case ConsumerDescribed():
                self.consumer, self.profile_since = event.profile, moment
            case BusinessDescribed():
                self.business, self.profile_since = event.profile, moment
            case BusinessIdentified():
                self.licence = event.licence
            case TraitsDescribed():
                self.traits, self.traits_since = event.traits, moment

    def _must_be(self, *, business: bool) -> None:
        if self.is_business is not business:
            asked = "a business" if business else "people who buy for themselves"
            raise Rejected(f"this is asked of {asked}, not of {self.type}", code="profile_of_another_type")
