"""What a customer sees and changes of their own, by whichever door."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from customers.commands.forgetting import ForgetCustomer
from customers.commands.registration import customers
from customers.domain.customer import Customer
from customers.events import AccountMerged, ConsentGiven, ConsentWithdrawn
from customers.records import profiles
from customers.values import TEXTS, AddressUse, ConsentKind
from efi.accounts.held import all_on, taken_away
from efi.domain.aggregate import stream_of
from efi.domain.errors import NotFound
from efi.domain.payloads import dump
from efi.http.answers import catch_up_whole
from efi.log import event_store
from efi.log.mongo import Document
from efi.models import User
from efi.reading import generations
from efi.writing.commands import Receipt
from efi.writing.dispatch import dispatch

TOLD = (
    "email",
    "email_proven",
    "name",
    "type",
    "tier",
    "segment",
    "phone",
    "other_phone",
    "role",
    "preferred",
    "standing",
    "registered_at",
    "consumer",
    "business",
    "licence",
    "traits",
    "credit",
)


def customer_of(account: Any) -> Customer:
    """Returns the customer that an account is of; raises `NotFound` for an account of staff."""
    customer = customers.load(account.pk)
    if not customer.version or customer.forgetting.done:
        raise NotFound("this account is no customer's")
    return customer


def email_of(account: Any) -> str:
    """Returns the address that the owner of an account signs in by: the row of a customer's does not tell it."""
    return customers.load(account.pk).reaching.email or str(account.email)


def known(customer_id: UUID) -> User:
    """Returns somebody's account with the address and the name that the log has: the row tells neither."""
    reaching = customers.load(customer_id).reaching
    return User(pk=customer_id, email=reaching.email or "", name=reaching.name or "")


def profile_of(account: Any, *, newest: bool = False) -> Document:
    """Returns the profile as it was folded last, brought up to date where that is wanted, or where there is none yet.

    Raises `NotFound` for an account that is no customer's.
    """
    generation, identity = generations.live(profiles.NAME), str(account.pk)
    mine = generation.of(account.pk)
    found = [] if newest else mine.find({}, limit=1)
    if not found:
        catch_up_whole(generation, identity)
    return found[0] if found else mine.one(identity)


def shown(profile: Document) -> Document:
    """Returns what a customer is told of themselves."""
    told = {name: profile[name] for name in TOLD}
    phones = {name: profile[name] and profile[name]["typed"] for name in ("phone", "other_phone")}
    return {"id": profile["_id"], "version": profile["_seen"][Customer.kind], **told, **phones}


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


@taken_away("merged")
def held_on_the_merged(person: UUID) -> dict[str, Document]:
    """Returns by their ids all that is held on the customers who were merged into somebody."""
    return {str(merged_id): all_on(merged_id) for merged_id in customers.load(person).merged}


def _decided(customer_id: UUID) -> Iterator[tuple[ConsentKind, datetime]]:
    """Yields when each kind was agreed to or taken back, the last time last; a merger takes all back."""
    for commit in event_store.read(stream_of(Customer.kind, customer_id)):
        for event in commit.events:
            match event:
                case ConsentGiven() | ConsentWithdrawn():
                    yield event.kind, commit.occurred_at
                case AccountMerged():
                    yield from ((kind, commit.occurred_at) for kind in ConsentKind)
