"""What one person proposes and a second decides on, as an aggregate holds it until then."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from efi.domain.errors import NotFound, Rejected


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What waits for a second person. `by` is the actor who proposed it."""

    id: UUID
    by: str


P = TypeVar("P", bound=Proposal)


def that_waits(waiting: P | None, proposal_id: UUID) -> P:
    """Returns what waits, if it is the proposal that is named; raises `NotFound` where it has ended or was replaced."""
    if waiting is None or waiting.id != proposal_id:
        raise NotFound(f"no proposal {proposal_id} waits")
    return waiting


def must_be_another(by: str, first: str, refusal: str) -> None:
    """Raises `Rejected` with these words where the second person is the first."""
    if by == first:
        raise Rejected(refusal, code="second_person_needed")
