"""What waits for a second person's approval of a product's price or label."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from catalog.values import Label
from efi.domain.errors import NotFound, Rejected
from efi.domain.values import Money


@dataclass(frozen=True, kw_only=True)
class PriceProposal:
    """A price that waits for a second person."""

    id: UUID
    price: Money
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class LabelProposal:
    """A label that waits for a second person."""

    id: UUID
    label: Label
    by: str


P = TypeVar("P", PriceProposal, LabelProposal)


def that_waits(proposal: P | None, proposal_id: UUID) -> P:
    """Returns the proposal if it waits under this id; raises `NotFound` otherwise."""
    if proposal is None or proposal.id != proposal_id:
        raise NotFound(f"no proposal {proposal_id} waits")
    return proposal


def must_be_of_another(proposal: PriceProposal | LabelProposal, by: str, what: str) -> None:
    """Raises `Rejected` where whoever approves has proposed it; `what` is what it is a proposal of."""
    if by == proposal.by:
        raise Rejected(f"whoever proposed a {what} cannot approve it", code="second_person_needed")
