"""Commands on what a customer is called and like, and how they are reached."""

from customers.commands.fields import Note, PhoneNumber, Tags
from customers.commands.registration import customers
from customers.values import (
    BusinessProfile,
    ConsumerProfile,
    ContactMethod,
    CustomerType,
    Licence,
    Segment,
    Traits,
    phone_of,
)
from efi.domain.context import Context
from efi.domain.fields import Line, Name, Reason
from efi.domain.values import business_day
from efi.writing.commands import Command, Subject, command, handles


@command
class RenameCustomer(Command):
    """Says anew what a customer is called; of a business, the person to ask for there."""

    customer_id: Subject
    name: Name


@handles(RenameCustomer)
def rename_customer(command: RenameCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.rename(command.name)


@command
class ChangeContact(Command):
    """Says anew by what numbers a customer is reached, and how they prefer it."""

    customer_id: Subject
    phone: PhoneNumber = ""
    other_phone: PhoneNumber = ""
    role: Line = ""
    preferred: ContactMethod = ContactMethod.EITHER


@handles(ChangeContact)
def change_contact(command: ChangeContact, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.change_contact(
            phone=phone_of(command.phone),
            other_phone=phone_of(command.other_phone),
            role=command.role,
            preferred=command.preferred,
        )


@command
class AmendProfile(Command):
    """Says anew as much as is named of what a customer is called and how they are reached, or nothing of it."""

    customer_id: Subject
    name: Name | None = None
    phone: PhoneNumber | None = None
    other_phone: PhoneNumber | None = None
    role: Line | None = None
    preferred: ContactMethod | None = None


@handles(AmendProfile)
def amend_profile(command: AmendProfile, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.amend(
            name=command.name,
            phone=command.phone,
            other_phone=command.other_phone,
            role=command.role,
            preferred=command.preferred,
        )


@command
class RetypeCustomer(Command):
    """Says that a customer is of another type; what was known of the old type alone is over."""

    customer_id: Subject
    type: CustomerType
    reason: Reason


@handles(RetypeCustomer)
def retype_customer(command: RetypeCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.retype(command.type, command.reason)


@command
class ChangeSegment(Command):
    """Puts a customer into another segment of their type."""

    customer_id: Subject
    segment: Segment
    reason: Reason


@handles(ChangeSegment)
def change_segment(command: ChangeSegment, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.place(command.segment, command.reason)


@command
class DescribeConsumer(Command):
    """Says what somebody likes who buys for themselves."""

    customer_id: Subject
    profile: ConsumerProfile


@handles(DescribeConsumer)
def describe_consumer(command: DescribeConsumer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.describe_consumer(command.profile)


@command
class DescribeBusiness(Command):
    """Says how large a business is, and how we work with it."""

    customer_id: Subject
    profile: BusinessProfile


@handles(DescribeBusiness)
def describe_business(command: DescribeBusiness, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.describe_business(command.profile)


@command
class IdentifyBusiness(Command):
    """Says under what names and numbers a business is registered."""

    customer_id: Subject
    licence: Licence


@handles(IdentifyBusiness)
def identify_business(command: IdentifyBusiness, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.identify(command.licence)


@command
class DescribeTraits(Command):
    """Says what is asked of customers of one type alone."""

    customer_id: Subject
    traits: Traits


@handles(DescribeTraits)
def describe_traits(command: DescribeTraits, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.describe_traits(command.traits, business_day(context.at))


@command
class TagCustomer(Command):
    """Says by what words staff find a customer, instead of those before."""

    customer_id: Subject
    tags: Tags


@handles(TagCustomer)
def tag_customer(command: TagCustomer, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.tag(command.tags)


@command
class AddNote(Command):
    """Writes down something about a customer, for staff."""

    customer_id: Subject
    text: Note


@handles(AddNote)
def add_note(command: AddNote, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.note(context.new_id("note"), command.text, context.actor)
