"""The claims of customers' e-mail addresses: by digests, so that claims tell nobody whose they are."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from customers.domain.customer import Customer
from customers.events import (
    CustomerClosed,
    CustomerForgotten,
    CustomerInvited,
    CustomerRegistered,
    EmailChanged,
    EmailProven,
)
from efi.domain.aggregate import stream_of
from efi.log.event_store import Commit, read
from efi.log.keys import digest
from efi.writing.claims import claims, held, let_go, take
from efi.writing.unit import current

PREFIX = "email:"
WithAnAddress = CustomerRegistered | CustomerInvited | EmailChanged | EmailProven
TAKEN = "this address is another customer's"


def claim_of(address: str) -> str:
    """Returns what a folded e-mail address claims."""
    return f"{PREFIX}{digest(address)}"


def move_email(customer: Customer, new: str | None) -> None:
    """Gives back the address that a customer has and claims another, in the command's transaction.

    Raises `Rejected` where another customer has it.
    """
    old = customer.reaching.email
    if old and old != new:
        let_go(claim_of(old))
    if new and old != new:
        take(claim_of(new), TAKEN, customer_id=customer.identity)


def customer_at(address: str) -> UUID | None:
    """Returns the customer who has an address, as was noted when it was claimed; None where nobody has it."""
    held: UUID | None = (claims().find_one({"_id": claim_of(address)}) or {}).get("customer_id")
    return held


def let_all_go(customer_id: UUID) -> None:
    """Gives back whatever a customer has claimed, in the command's transaction: also what can be read no more."""
    taken_by = [commit.command_id for commit in read(stream_of(Customer.kind, customer_id))]
    of_them = {"_id": {"$gte": PREFIX, "$lt": f"{PREFIX}\U0010ffff"}, "command_id": {"$in": taken_by}}
    claims().delete_many(of_them, session=current().session)


def digests_of(customer_id: UUID) -> set[str]:
    """Returns the digests of all addresses that a customer ever had, as far as they can still be read."""
    events = [event for commit in read(stream_of(Customer.kind, customer_id)) for event in commit.events]
    addresses = {event.email for event in events if isinstance(event, WithAnAddress) and event.email}
    return {digest(address) for address in addresses}


@held(CustomerRegistered, EmailChanged, EmailProven, CustomerClosed, CustomerForgotten)
def email(commits: Iterable[Commit]) -> Mapping[str, UUID]:
    """Returns the claim of the address that a customer has, with the command that took it."""
    holds: dict[str, UUID] = {}
    for commit in commits:
        for event in commit.events:
            match event:
                case CustomerRegistered(email=str(address)) | EmailChanged(email=str(address)):
                    holds = {claim_of(address): holds.get(claim_of(address), commit.command_id)}
                case EmailProven(email=str(address)):
                    holds = {claim_of(address): holds.get(claim_of(address), commit.command_id)}
                case CustomerClosed() | CustomerForgotten():
                    holds = {}
    return holds
