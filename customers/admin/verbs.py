"""The verbs on customers, each where the customer's state allows it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from customers.commands.accounts import InviteCustomer, OfferReset
from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.consents import WithdrawConsent
from customers.commands.credit import ApproveCredit, DeclineCredit, ProposeCredit, WithdrawCredit
from customers.commands.emails import ChangeEmail, ProveEmail
from customers.commands.endings import DeactivateCustomer, MergeCustomers, ReactivateCustomer
from customers.commands.forgetting import ApproveForgetting, DeclineForgetting, ForgetAgain, ForgetCustomer
from customers.commands.people import (
    AddNote,
    ChangeContact,
    ChangeSegment,
    DescribeBusiness,
    DescribeConsumer,
    DescribeTraits,
    IdentifyBusiness,
    RenameCustomer,
    RetypeCustomer,
    TagCustomer,
)
from customers.commands.registration import OpenBusiness, customers
from customers.domain.customer import Customer as Aggregate
from customers.models import Customer
from customers.records.approvals import Kind
from customers.values import SEGMENTS, TRAITS, Address, CustomerType, Standing, is_business
from efi.domain.payloads import dump
from efi.staff.commands.fields import Member, in_words, of_kind
from efi.staff.commands.verbs import Verb, as_it_is, that_has
from efi.staff.decisions import what_waits, who_asked
from efi.writing.commands import Command

Fits = Callable[[Customer], bool]
Filled = Mapping[str, object]
is_here = that_has("standing", Standing.ACTIVE, Standing.INACTIVE)


def whole(customer: Customer) -> Aggregate:
    """Returns the customer as the log has them."""
    return customers.load(UUID(customer.pk))


def without_account(customer: Customer) -> bool:
    return customer.standing == Standing.ACTIVE and not customer.has_account


def who_cannot_sign_in(customer: Customer) -> bool:
    return is_here(customer) and not customer.has_account


def with_account(customer: Customer) -> bool:
    return customer.standing == Standing.ACTIVE and customer.has_account


def of_business(customer: Customer) -> bool:
    return is_here(customer) and is_business(CustomerType(customer.type))


def of_consumer(customer: Customer) -> bool:
    return is_here(customer) and not is_business(CustomerType(customer.type))


def with_traits(customer: Customer) -> bool:
    return is_here(customer) and customer.type in TRAITS


def with_addresses(customer: Customer) -> bool:
    return is_here(customer) and bool(whole(customer).book.addresses)


def with_credit(customer: Customer) -> bool:
    return is_here(customer) and customer.credit_days is not None


def that_waits(name: str) -> Fits:
    """Returns whether a proposal waits on a customer, by the field that holds its id."""
    return lambda customer: bool(getattr(customer, name))


def its_proposal(name: str) -> Callable[[Customer], Filled]:
    return lambda customer: {"proposal_id": getattr(customer, name)}


def reached(customer: Customer) -> Filled:
    """Returns how a customer is reached, as it was typed."""
    known = whole(customer).reaching
    phones = {"phone": known.phone, "other_phone": known.other_phone}
    typed = {name: phone.typed if phone else "" for name, phone in phones.items()}
    return {**typed, "role": known.role or "", "preferred": known.preferred}


def liked(customer: Customer) -> Filled:
    known = whole(customer).nature.consumer
    return {"profile": dump(known)} if known else {}


def worked_with(customer: Customer) -> Filled:
    known = whole(customer).nature.business
    return {"profile": dump(known)} if known else {}


def identified(customer: Customer) -> Filled:
    known = whole(customer).nature.licence
    return {"licence": dump(known)} if known else {}


def described(customer: Customer) -> Filled:
    known = whole(customer).nature.traits
    return {"traits": dump(known)} if known else {}


def granted(customer: Customer) -> Filled:
    known = whole(customer).credit.terms
    return {"terms": dump(known)} if known else {}


def here(record: object) -> Filled:
    """Returns an address to be filled in, in this country."""
    return {"address": dump(Address(street="", city=""))}


def asked_of_its_type(customer: Customer) -> Mapping[str, Member]:
    """Returns the member that asks what is asked of customers of this type alone."""
    return {"traits": of_kind("traits", TRAITS[CustomerType(customer.type)], type=customer.type)}


def its_segments(customer: Customer) -> Mapping[str, list[tuple[str, str]]]:
    return {"segment": [(one.value, in_words(one)) for one in SEGMENTS[CustomerType(customer.type)]]}


def its_addresses(customer: Customer) -> Mapping[str, list[tuple[str, str]]]:
    held = whole(customer).book.addresses
    return {"address_id": [(str(key), in_a_line(one)) for key, one in held.items() if one]}


def in_a_line(address: Address) -> str:
    """Returns an address as one line."""
    parts = (address.recipient, address.street, address.extra, address.city, address.region, address.postal_code)
    parish = address.parish.name.replace("_", " ").title() if address.parish else ""
    return ", ".join(part for part in (*parts, parish, address.country) if part)


def answers_to(kind: Kind, field: str, *, yes: type[Command], no: type[Command]) -> tuple[Verb, Verb]:
    """Returns the verbs by which a second person answers a proposal, whose id the record has in a field."""
    known, waits, tells = its_proposal(field), that_waits(field), what_waits(kind)
    return (
        Verb(command=yes, icon="check", known=known, tells=tells, fits=waits, asked_by=who_asked(kind)),
        Verb(command=no, icon="close", known=known, tells=tells, fits=waits),
    )


WAITING = (
    *answers_to(Kind.CREDIT, "credit_proposal_id", yes=ApproveCredit, no=DeclineCredit),
    *answers_to(Kind.FORGETTING, "forgetting_proposal_id", yes=ApproveForgetting, no=DeclineForgetting),
)
ON_CUSTOMERS = (
    Verb(command=OpenBusiness, new=True, icon="add_business", title="open a business account", filled=here),
    *WAITING,
    Verb(command=InviteCustomer, icon="forward_to_inbox", filled=as_it_is("email"), fits=without_account),
    Verb(command=OfferReset, icon="lock_reset", title="send a link to another password", fits=with_account, aside=True),
    Verb(command=RenameCustomer, icon="edit", title="rename", filled=as_it_is("name"), fits=is_here),
    Verb(command=ChangeContact, icon="call", filled=reached, fits=is_here),
    Verb(command=AddAddress, icon="add_location", draws=("address_id",), filled=here, fits=is_here),
    Verb(command=AddNote, icon="note_add", fits=is_here),
    Verb(command=TagCustomer, icon="label", title="tag", filled=as_it_is("tags"), fits=is_here),
    Verb(command=DescribeConsumer, icon="restaurant", title="what they like", filled=liked, fits=of_consumer),
    Verb(command=DescribeBusiness, icon="store", title="how we work with it", filled=worked_with, fits=of_business),
    Verb(command=IdentifyBusiness, icon="badge", filled=identified, fits=of_business),
    Verb(
        command=DescribeTraits,
        icon="tune",
        title="what is asked of its type",
        filled=described,
        members=asked_of_its_type,
        fits=with_traits,
    ),
    Verb(command=ProposeCredit, icon="credit_score", filled=granted, fits=of_business),
    Verb(command=WithdrawCredit, icon="credit_card_off", fits=with_credit, aside=True),
    Verb(command=ChangeSegment, icon="category", choices=its_segments, fits=is_here, aside=True),
    Verb(command=RetypeCustomer, icon="swap_horiz", filled=as_it_is("type"), fits=is_here, aside=True),
    Verb(
        command=ChangeAddress, icon="edit_location", filled=here, choices=its_addresses, fits=with_addresses, aside=True
    ),
    Verb(command=ChooseAddress, icon="where_to_vote", choices=its_addresses, fits=with_addresses, aside=True),
    Verb(command=RemoveAddress, icon="location_off", choices=its_addresses, fits=with_addresses, aside=True),
    Verb(command=ChangeEmail, icon="mail", filled=as_it_is("email"), fits=who_cannot_sign_in, aside=True),
    Verb(command=ProveEmail, icon="mark_email_read", filled=as_it_is("email"), fits=who_cannot_sign_in, aside=True),
    Verb(command=WithdrawConsent, icon="thumb_down", fits=is_here, aside=True),
    Verb(command=DeactivateCustomer, icon="block", fits=that_has("standing", Standing.ACTIVE), aside=True),
    Verb(command=ReactivateCustomer, icon="check_circle", fits=that_has("standing", Standing.INACTIVE)),
    Verb(command=MergeCustomers, icon="merge", title="merge another into this one", fits=is_here, aside=True),
    Verb(command=ForgetCustomer, icon="person_remove", title="forget", fits=is_here, aside=True, grave=True),
    Verb(command=ForgetAgain, icon="history", fits=is_here, aside=True, grave=True),
)
IMPERSONAL = frozenset(
    {
        *(verb.command for verb in WAITING),
        OpenBusiness,
        OfferReset,
        ProposeCredit,
        WithdrawCredit,
        ChangeSegment,
        RetypeCustomer,
        DeactivateCustomer,
        ReactivateCustomer,
        ForgetCustomer,
        ForgetAgain,
    }
)
"""Those whose forms show nothing personal."""
