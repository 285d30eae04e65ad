"""On what credit a business may buy: what one person proposes and a second agrees to."""

from uuid import UUID

from customers.values import CreditTerms
from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class CreditProposed(Event):
    """Terms of credit wait for a second person. They take the place of an older proposal."""

    answer = "pending_approval"

    customer_id: UUID
    proposal_id: UUID
    terms: CreditTerms
    reason: Personal[str]
    proposed_by: str


@event()
class CreditGranted(Event):
    """The second person agreed: the business buys on these terms."""

    customer_id: UUID
    proposal_id: UUID
    terms: CreditTerms
    approved_by: str


@event(person="customer_id")
class CreditDeclined(Event):
    """The second person declined: the terms stay as they were."""

    customer_id: UUID
    proposal_id: UUID
    reason: Personal[str]
    declined_by: str


@event(person="customer_id")
class CreditWithdrawn(Event):
    """The business pays at once from now on."""

    customer_id: UUID
    reason: Personal[str]
    withdrawn_by: str
