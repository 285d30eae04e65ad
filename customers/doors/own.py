"""What a customer sees and changes of their own, by whichever door."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from customers.commands.forgetting import ForgetCustomer
from customers.commands.registration import customers
from customers.domain.customer import Customer
from customers.events import AccountMerged, ConsentGiven, ConsentWithdrawn
from customers.values import AddressUse, ConsentKind, tier_of
from efi.domain.aggregate import stream_of
from efi.domain.errors import NotFound
from efi.domain.payloads import dump
from efi.log import event_store
from efi.log.mongo import Document
from efi.writing.commands import Receipt
from efi.writing.dispatch import dispatch

TEXTS = {ConsentKind.MARKETING: "2026-11", ConsentKind.TERMS: "2026-11"}
"""The version of each text that customers are asked to agree to now."""


def customer_of(account: Any) -> Customer:
    """Returns the customer that an account is of; raises `NotFound` for an account of staff."""
    customer = customers.load(account.pk)
    if not customer.version or customer.forgetting.done:
        raise NotFound("this account is no customer's")
    return customer


def profile(customer: Customer) -> Document:
    """Returns what a customer is called, how they are reached, and at what prices they buy."""
    reaching, nature = customer.reaching, customer.nature
    return {
        "id": customer.identity,
        "email": reaching.email,
        "email_is_proven": reaching.has_proven_email,
        "name": reaching.name,
        "type": nature.type,
        "tier": tier_of(nature.type),
        "segment": nature.segment,
        "phone": reaching.phone and reaching.phone.typed,
        "other_phone": reaching.other_phone and reaching.other_phone.typed,
        "role": reaching.role,
        "preferred": reaching.preferred,
    }


def addresses(customer: Customer) -> list[Document]:
    """Returns the addresses, the oldest first, each with the uses that it is taken for where no other is named."""
    book = customer.book
    return [
        {
            "id": address_id,
            **dump(address),
            "default_for": [use for use in AddressUse if book.default(use) == address_id],
        }
        for address_id, address in book.addresses.items()
        if address
    ]


def address(customer: Customer, address_id: UUID) -> Document:
    """Returns one address; raises `NotFound` for one that is not in the book."""
    found = next((one for one in addresses(customer) if one["id"] == address_id), None)
    if found is None:
        raise NotFound(f"there is no address {address_id}")
    return found


def consents(customer: Customer) -> list[Document]:
    """Returns for each kind of text whether the customer agrees, to which version, since when, and the newest one."""
    since = dict(_decided(customer.identity))
    given = customer.agreements.given
    return [
        {
            "kind": kind,
            "given": kind in given,
            "version": given.get(kind),
            "since": since.get(kind),
            "newest": TEXTS[kind],
        }
        for kind in ConsentKind
    ]


def forget(account: Any) -> Receipt:
    """Forgets a customer at their own word; raises `Rejected` with what is still open."""
    command = ForgetCustomer(customer_id=account.pk, reason="their own wish")
    return dispatch(command, actor=str(account.pk), owner=account.pk)


def _decided(customer_id: UUID) -> Iterator[tuple[ConsentKind, datetime]]:
    """Yields when each kind was agreed to or taken back, the last time last; a merger takes all back."""
    for commit in event_store.read(stream_of(Customer.kind, customer_id)):
        for event in commit.events:
            match event:
                case ConsentGiven() | ConsentWithdrawn():
                    yield event.kind, commit.occurred_at
                case AccountMerged():
                    yield from ((kind, commit.occurred_at) for kind in ConsentKind)
