"""A customer and an access with all that their states can hold."""

from uuid import UUID

from customers.commands.accounts import NoteSignIn
from customers.commands.addresses import ChooseAddress
from customers.commands.consents import GiveConsent
from customers.commands.credit import ApproveCredit
from customers.commands.endings import MergeCustomers
from customers.commands.people import ChangeContact, ChangeSegment, DescribeBusiness, DescribeTraits, TagCustomer
from customers.domain.access import Access
from customers.domain.customer import Customer
from customers.values import (
    AddressUse,
    BusinessProfile,
    BusinessSize,
    ConsentKind,
    CustomerType,
    Restaurant,
    Segment,
    Weekday,
)
from efi.domain.aggregate import Aggregate
from tests.customers.folk import (
    DOVER,
    NET_7,
    WORK,
    a_business,
    credit_proposed,
    forgetting_proposed,
    with_an_address,
)
from tests.given import bbd, say

LEVANTINE = Restaurant(
    type=CustomerType.FULL_SERVICE_RESTAURANT,
    cuisines=("Levantine",),
    delivery_days=(Weekday.MONDAY,),
    tables=12,
    seats=40,
    average_order=bbd("350.00"),
    opens="11:30",
    closes="22:00",
)


def long_lives() -> dict[type[Aggregate], UUID | None]:
    """Returns the id of each."""
    customer_id, other = a_business(), a_business("Trattoria Ponente")
    with_an_address(customer_id, WORK, DOVER)
    say(ChooseAddress(customer_id=customer_id, address_id=WORK, use=AddressUse.BILLING))
    say(ChangeContact(customer_id=customer_id, phone="246 430 1234", other_phone="430-9999", role="owner"))
    say(ChangeSegment(customer_id=customer_id, segment=Segment.FINE, reason="a star"))
    profile = BusinessProfile(size=BusinessSize.SMALL, employees=9, account_manager="Joan")
    say(DescribeBusiness(customer_id=customer_id, profile=profile))
    say(DescribeTraits(customer_id=customer_id, traits=LEVANTINE))
    say(TagCustomer(customer_id=customer_id, tags=("regular",)))
    say(MergeCustomers(customer_id=customer_id, merged_id=other))
    say(GiveConsent(customer_id=customer_id, kind=ConsentKind.TERMS, version="2026-11"))
    say(ApproveCredit(**credit_proposed(customer_id, "granted")))
    credit_proposed(customer_id, "more", NET_7)
    forgetting_proposed(customer_id, "letter")
    say(NoteSignIn(customer_id=customer_id, network="192.0.2.7", device="Firefox"))
    return {Customer: customer_id, Access: customer_id}
