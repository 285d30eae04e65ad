"""What is a customer's own: one document with all that they see of themselves."""

from customers.events import (
    AccountMerged,
    AccountOpened,
    AddressAdded,
    AddressChanged,
    AddressRemoved,
    BusinessDescribed,
    BusinessIdentified,
    ConsentGiven,
    ConsentWithdrawn,
    ConsumerDescribed,
    ContactChanged,
    CreditGranted,
    CreditWithdrawn,
    CustomerAccountDeactivated,
    CustomerAccountReactivated,
    CustomerClosed,
    CustomerForgotten,
    CustomerRegistered,
    CustomerRenamed,
    CustomerRetyped,
    CustomerSegmentChanged,
    DefaultAddressChosen,
    EmailChanged,
    EmailProven,
    TraitsDescribed,
)
from customers.values import AddressUse, ContactMethod, CustomerType, Standing, is_business, tier_of
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects

NAME = "customer_profile"
OF_A_CONSUMER, OF_A_BUSINESS = {"consumer": None}, {"business": None, "licence": None, "credit": None}


def nobody() -> Document:
    """Returns all that is personal, as nothing of it is known."""
    return {
        "name": None,
        "email": None,
        "email_proven": False,
        "has_account": False,
        "phone": None,
        "other_phone": None,
        "role": None,
        "preferred": ContactMethod.EITHER,
        "addresses": {},
        "chosen": {},
        "consents": {},
        "traits": None,
        **OF_A_CONSUMER,
        **OF_A_BUSINESS,
    }


def empty() -> Document:
    return {"standing": Standing.ACTIVE, "segment": None, "merged_into": None, **nobody()}


def derive(document: Document) -> None:
    """Says which address is taken where no other is named: the one that was chosen, or the oldest."""
    oldest = next(iter(document["addresses"]), None)
    document["defaults"] = {use: document["chosen"].get(use, oldest) for use in AddressUse}


@projects(NAME, streams=("customer",), version=1, owner="customer_id", empty=empty, derive=derive)
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case CustomerRegistered():
            document.update(customer_id=str(event.customer_id), registered_at=commit.occurred_at)
            document.update(name=event.name, email=event.email)
            _type(document, event.type)
        case CustomerRenamed():
            document["name"] = event.name
        case EmailProven() | EmailChanged():
            document.update(email=event.email, email_proven=isinstance(event, EmailProven))
        case AccountOpened():
            document["has_account"] = True
        case ContactChanged():
            said = dump(event)
            document.update({name: said[name] for name in ("phone", "other_phone", "role", "preferred")})
        case CustomerRetyped():
            document.update(segment=None, traits=None, **(OF_A_CONSUMER if is_business(event.type) else OF_A_BUSINESS))
            _type(document, event.type)
        case CustomerSegmentChanged():
            document["segment"] = event.segment
        case ConsumerDescribed():
            document["consumer"] = dump(event)["profile"]
        case BusinessDescribed():
            document["business"] = dump(event)["profile"]
        case BusinessIdentified():
            document["licence"] = dump(event)["licence"]
        case TraitsDescribed():
            document["traits"] = dump(event)["traits"]
        case ConsentGiven():
            document["consents"][event.kind] = {"version": event.version, "at": commit.occurred_at}
        case ConsentWithdrawn():
            document["consents"].pop(event.kind, None)
        case AccountMerged():
            document["consents"] = {}
        case CreditGranted():
            document["credit"] = dump(event)["terms"]
        case CreditWithdrawn():
            document["credit"] = None
        case CustomerAccountDeactivated():
            document["standing"] = Standing.INACTIVE
        case CustomerAccountReactivated():
            document["standing"] = Standing.ACTIVE
        case CustomerClosed():
            document.update(standing=Standing.MERGED, merged_into=str(event.primary_id), consents={}, credit=None)
        case CustomerForgotten():
            document.update(nobody(), standing=Standing.FORGOTTEN)
        case _:
            _fold_book(document, event)


def _fold_book(document: Document, event: Event) -> None:
    match event:
        case AddressAdded() | AddressChanged():
            document["addresses"][str(event.address_id)] = dump(event)["address"]
        case AddressRemoved():
            document["addresses"].pop(str(event.address_id), None)
            document["chosen"] = {use: one for use, one in document["chosen"].items() if one != str(event.address_id)}
        case DefaultAddressChosen():
            document["chosen"][event.use] = str(event.address_id)


def _type(document: Document, kind: CustomerType) -> None:
    document.update(type=kind, tier=tier_of(kind))
