"""The claims of customers' e-mail addresses: by digests, so that claims tell nobody whose they are."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from customers.events import CustomerForgotten, CustomerRegistered, EmailChanged, EmailProven
from efi.log.event_store import Commit
from efi.log.keys import digest
from efi.writing.claims import held, let_go, take

TAKEN = "this address is another customer's"


def claim_of(address: str) -> str:
    """Returns what a folded e-mail address claims."""
    return f"email:{digest(address)}"


def move_email(old: str | None, new: str | None) -> None:
    """Gives one address back and claims another, in the command's transaction.

    Raises `Rejected` where another customer has it.
    """
    if old and old != new:
        let_go(claim_of(old))
    if new and old != new:
        take(claim_of(new), TAKEN)


@held(CustomerRegistered, EmailChanged, EmailProven, CustomerForgotten)
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
                case CustomerForgotten():
                    holds = {}
    return holds
