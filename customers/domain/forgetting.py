"""How a customer comes to be forgotten: at their own word, or by two members of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from customers.events import CustomerForgotten, ForgettingDeclined, ForgettingProposed
from efi.domain.errors import Rejected
from efi.domain.proposals import Proposal, must_be_another, that_waits

ForgettingFact = ForgettingProposed | ForgettingDeclined | CustomerForgotten


@dataclass(frozen=True, kw_only=True)
class ForgettingProposal(Proposal):
    """That somebody be forgotten, which waits for a second person."""

    forced: bool


@dataclass(kw_only=True)
class Forgetting:
    """Its verbs return events, which the customer records."""

    proposed: ForgettingProposal | None = None
    done: bool = False

    def at_own_word(self, customer_id: UUID, still_open: Sequence[str]) -> CustomerForgotten:
        self._must_allow(still_open, forced=False)
        return CustomerForgotten(customer_id=customer_id)

    def propose(
        self, customer_id: UUID, proposal_id: UUID, reason: str, still_open: Sequence[str], *, forced: bool, by: str
    ) -> ForgettingProposed:
        self._must_allow(still_open, forced=forced)
        return ForgettingProposed(
            customer_id=customer_id, proposal_id=proposal_id, reason=reason, forced=forced, proposed_by=by
        )

    def approve(self, customer_id: UUID, proposal_id: UUID, still_open: Sequence[str], by: str) -> CustomerForgotten:
        proposal = that_waits(self.proposed, proposal_id)
        must_be_another(by, proposal.by, "a second person must agree to forget somebody")
        self._must_allow(still_open, forced=proposal.forced)
        return CustomerForgotten(customer_id=customer_id)

    def decline(self, customer_id: UUID, proposal_id: UUID, by: str) -> ForgettingDeclined:
        """Ends the proposal; whoever made it may do so too."""
        that_waits(self.proposed, proposal_id)
        return ForgettingDeclined(customer_id=customer_id, proposal_id=proposal_id, declined_by=by)

    def evolve(self, event: ForgettingFact) -> None:
        match event:
            case ForgettingProposed():
                self.proposed = ForgettingProposal(id=event.proposal_id, by=event.proposed_by, forced=event.forced)
            case ForgettingDeclined():
                self.proposed = None
            case CustomerForgotten():
                self.proposed, self.done = None, True

    def _must_allow(self, still_open: Sequence[str], *, forced: bool) -> None:
        if still_open and not forced:
            raise Rejected(f"not while something is open: {'; '.join(still_open)}", code="still_open")
