"""On what credit a business buys, and what of it waits for a second person."""

from dataclasses import dataclass
from uuid import UUID

from customers.events import CreditDeclined, CreditGranted, CreditProposed, CreditWithdrawn
from customers.values import CreditTerms
from efi.domain.errors import Rejected
from efi.domain.proposals import Proposal, must_be_another, that_waits

CreditFact = CreditProposed | CreditGranted | CreditDeclined | CreditWithdrawn


@dataclass(frozen=True, kw_only=True)
class CreditProposal(Proposal):
    """Terms that wait for a second person."""

    terms: CreditTerms


@dataclass(kw_only=True)
class Credit:
    """Its verbs return events, which the customer records."""

    terms: CreditTerms | None = None
    proposed: CreditProposal | None = None

    def propose(self, customer_id: UUID, proposal_id: UUID, terms: CreditTerms, reason: str, by: str) -> CreditProposed:
        if terms == self.terms:
            raise Rejected("the terms are these already", code="credit_unchanged")
        return CreditProposed(
            customer_id=customer_id, proposal_id=proposal_id, terms=terms, reason=reason, proposed_by=by
        )

    def approve(self, customer_id: UUID, proposal_id: UUID, by: str) -> CreditGranted:
        proposal = that_waits(self.proposed, proposal_id)
        must_be_another(by, proposal.by, "a second person must agree to the credit")
        return CreditGranted(customer_id=customer_id, proposal_id=proposal_id, terms=proposal.terms, approved_by=by)

    def decline(self, customer_id: UUID, proposal_id: UUID, reason: str, by: str) -> CreditDeclined:
        """Ends the proposal; whoever made it may do so too."""
        that_waits(self.proposed, proposal_id)
        return CreditDeclined(customer_id=customer_id, proposal_id=proposal_id, reason=reason, declined_by=by)

    def withdraw(self, customer_id: UUID, reason: str, by: str) -> CreditWithdrawn:
        if self.terms is None:
            raise Rejected("this customer buys without credit", code="no_credit")
        return CreditWithdrawn(customer_id=customer_id, reason=reason, withdrawn_by=by)

    def evolve(self, event: CreditFact) -> None:
        match event:
            case CreditProposed():
                self.proposed = CreditProposal(id=event.proposal_id, by=event.proposed_by, terms=event.terms)
            case CreditGranted():
                self.terms, self.proposed = event.terms, None
            case CreditDeclined():
                self.proposed = None
            case CreditWithdrawn():
                self.terms = self.proposed = None
