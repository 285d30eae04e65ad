"""A record for each customer, found by any words of their names, numbers and addresses."""

import re
from collections.abc import Iterator

from bson import Decimal128

from customers.events import (
    AccountOpened,
    AddressAdded,
    AddressChanged,
    AddressRemoved,
    BusinessIdentified,
    ContactChanged,
    CreditDeclined,
    CreditGranted,
    CreditProposed,
    CreditWithdrawn,
    CustomerAccountDeactivated,
    CustomerAccountReactivated,
    CustomerClosed,
    CustomerForgotten,
    CustomerRegistered,
    CustomerRenamed,
    CustomerRetyped,
    CustomerSegmentChanged,
    CustomerTagged,
    DefaultAddressChosen,
    EmailChanged,
    EmailProven,
    ForgettingDeclined,
    ForgettingProposed,
    NoteAdded,
)
from customers.values import (
    AddressUse,
    CustomerType,
    Parish,
    Phone,
    PricingTier,
    Standing,
    is_business,
    tier_of,
)
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding

NAME = "customer_records"
LOCAL = 7
"""The last digits of a number, which one dials on the spot."""
listing = Listing(
    closed={"standing": tuple(Standing), "tier": tuple(PricingTier)[1:], "has_account": (True, False)},
    open=("type",),
    sorts={"called": ("name_order",), "registered_at": ("registered_at",), "updated_at": ("_updated_at",)},
)


def nobody() -> Document:
    """Returns all that is personal, as nothing of it is known."""
    return {
        "name": None,
        "business": None,
        "email": None,
        "phone": None,
        "other_phone": None,
        "book": {},
        "chosen": {},
        "notes": [],
        "tags": [],
        "has_account": False,
    }


def empty() -> Document:
    return {
        "standing": Standing.ACTIVE,
        "segment": None,
        "merged_into": None,
        "credit_days": None,
        "credit_limit": None,
        "credit_currency": None,
        "credit_proposal_id": None,
        "forgetting_proposal_id": None,
        "email_proven": False,
        **nobody(),
    }


def derive(document: Document) -> None:
    """Says what the customer is called and where they are, and by what words they are found."""
    called = document["business"] or document["name"] or ""
    book = document["book"]
    shown = book.get(document["chosen"].get(AddressUse.SHIPPING)) or next(iter(book.values()), None) or {}
    document.update(called=called, name_order=in_order(called), city=shown.get("city"), country=shown.get("country"))
    document["terms"] = terms(*filter(None, _words(document)))


@projects(
    NAME,
    streams=("customer",),
    version=1,
    owner="customer_id",
    empty=empty,
    derive=derive,
    indexes=listing.indexes,
    view=(hiding("name_order", "book", "chosen"),),
)
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
            document.update(phone=_phone(event.phone), other_phone=_phone(event.other_phone))
        case CustomerRetyped():
            document.update(segment=None, business=document["business"] if is_business(event.type) else None)
            _type(document, event.type)
        case CustomerSegmentChanged():
            document["segment"] = event.segment
        case BusinessIdentified():
            document["business"] = event.licence.business_name if event.licence else None
        case CustomerTagged():
            document["tags"] = list(event.tags or ())
        case NoteAdded():
            document["notes"].append({"text": event.text, "by": event.written_by, "at": commit.occurred_at.isoformat()})
        case AddressAdded() | AddressChanged():
            document["book"][str(event.address_id)] = dump(event)["address"]
        case AddressRemoved():
            document["book"].pop(str(event.address_id), None)
        case DefaultAddressChosen():
            document["chosen"][event.use] = str(event.address_id)
        case CustomerAccountDeactivated():
            document["standing"] = Standing.INACTIVE
        case CustomerAccountReactivated():
            document["standing"] = Standing.ACTIVE
        case CustomerClosed():
            document.update(standing=Standing.MERGED, merged_into=str(event.primary_id), has_account=False)
            document.update(_credit(None), credit_proposal_id=None, forgetting_proposal_id=None)
        case CustomerForgotten():
            document.update(nobody(), **_credit(None), credit_proposal_id=None, forgetting_proposal_id=None)
            document["standing"] = Standing.FORGOTTEN
        case _:
            _fold_proposals(document, event)


def _fold_proposals(document: Document, event: Event) -> None:
    match event:
        case CreditProposed():
            document["credit_proposal_id"] = str(event.proposal_id)
        case CreditDeclined():
            document["credit_proposal_id"] = None
        case CreditGranted() | CreditWithdrawn():
            document.update(_credit(event), credit_proposal_id=None)
        case ForgettingProposed():
            document["forgetting_proposal_id"] = str(event.proposal_id)
        case ForgettingDeclined():
            document["forgetting_proposal_id"] = None


def _type(document: Document, kind: CustomerType) -> None:
    document.update(type=kind, tier=tier_of(kind))


def _credit(granted: CreditGranted | CreditWithdrawn | None) -> Document:
    if not isinstance(granted, CreditGranted):
        return {"credit_days": None, "credit_limit": None, "credit_currency": None}
    limit = granted.terms.limit
    return {
        "credit_days": granted.terms.days,
        "credit_limit": Decimal128(limit.amount),
        "credit_currency": limit.currency,
    }


def _phone(phone: Phone | None) -> str | None:
    return (phone.number or phone.typed) if phone else None


def _words(document: Document) -> Iterator[str | None]:
    """Yields what a customer is found by."""
    yield from (document["name"], document["business"], document["email"], *document["tags"])
    yield (document["email"] or "").partition("@")[2]
    for phone in (document["phone"], document["other_phone"]):
        digits = re.sub(r"\D", "", phone or "")
        yield from (phone, digits, digits[-LOCAL:], f"{digits[-LOCAL:-4]}-{digits[-4:]}", digits[1:])
    for address in document["book"].values():
        for name in ("recipient", "street", "extra", "city", "region", "postal_code") if address else ():
            yield address[name]
        if address and address["parish"]:
            yield Parish(address["parish"]).name.replace("_", " ")
