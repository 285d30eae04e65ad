"""How customers rest, become one with another, and are forgotten."""

from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class CustomerAccountDeactivated(Event):
    """The customer neither buys nor signs in until further notice."""

    customer_id: UUID
    reason: Personal[str]
    deactivated_by: str


@event()
class CustomerAccountReactivated(Event):
    customer_id: UUID
    reactivated_by: str


@event()
class AccountMerged(Event):
    """Another customer turned out to be the same, and is this one from now on, who is asked for consents anew."""

    customer_id: UUID
    merged_id: UUID
    merged_by: str


@event()
class CustomerClosed(Event):
    """The customer turned out to be the same as another, who goes on in their place."""

    customer_id: UUID
    primary_id: UUID
    closed_by: str


@event(person="customer_id")
class ForgettingProposed(Event):
    """That the customer be forgotten waits for a second person; `forced` though something of theirs is still open."""

    answer = "pending_approval"

    customer_id: UUID
    proposal_id: UUID
    reason: Personal[str]
    forced: bool
    proposed_by: str


@event()
class ForgettingDeclined(Event):
    """The second person declined: the customer is remembered."""

    customer_id: UUID
    proposal_id: UUID
    declined_by: str


@event()
class CustomerForgotten(Event):
    """The person is forgotten: from here on nothing personal of theirs can be read."""

    customer_id: UUID
