"""What a customer is called and like, how they are reached, and what staff note about them."""

from uuid import UUID

from customers.values import (
    BusinessProfile,
    ConsumerProfile,
    ContactMethod,
    CustomerType,
    Licence,
    Phone,
    Segment,
    Traits,
)
from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class CustomerRenamed(Event):
    customer_id: UUID
    name: Personal[str]


@event(person="customer_id")
class ContactChanged(Event):
    """How the customer is reached from now on; of a business, `role` is what the person named is there."""

    customer_id: UUID
    phone: Personal[Phone]
    other_phone: Personal[Phone]
    role: Personal[str]
    preferred: ContactMethod


@event(person="customer_id")
class CustomerRetyped(Event):
    """The customer is of another type than was thought; what was known of the old type alone is over."""

    customer_id: UUID
    old_type: CustomerType
    type: CustomerType
    reason: Personal[str]


@event(person="customer_id")
class CustomerSegmentChanged(Event):
    """The customer belongs to another segment of their type."""

    customer_id: UUID
    previous: Segment | None
    segment: Segment
    reason: Personal[str]


@event(person="customer_id")
class ConsumerDescribed(Event):
    """What somebody likes who buys for themselves."""

    customer_id: UUID
    profile: Personal[ConsumerProfile]


@event(person="customer_id")
class BusinessDescribed(Event):
    """How large a business is, and how we work with it."""

    customer_id: UUID
    profile: Personal[BusinessProfile]


@event(person="customer_id")
class BusinessIdentified(Event):
    """Under what names and numbers a business is registered. Of a sole trader these are a person's."""

    customer_id: UUID
    licence: Personal[Licence]


@event(person="customer_id")
class TraitsDescribed(Event):
    """What is asked of customers of one type alone."""

    customer_id: UUID
    traits: Personal[Traits]


@event(person="customer_id")
class CustomerTagged(Event):
    """By what words staff find the customer from now on."""

    customer_id: UUID
    tags: Personal[tuple[str, ...]]


@event(person="customer_id")
class NoteAdded(Event):
    """A member of staff wrote down something about the customer."""

    customer_id: UUID
    note_id: UUID
    text: Personal[str]
    written_by: str
