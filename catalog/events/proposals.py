"""What is proposed for a product, and what a second person says to it."""

from uuid import UUID

from catalog.values import Label
from efi.domain.events import Event, event
from efi.domain.values import Money


@event()
class PriceProposed(Event):
    """A price far from the present one waits for a second person. It takes the place of an older proposal."""

    answer = "pending_approval"

    product_id: UUID
    proposal_id: UUID
    old_price: Money
    price: Money
    reason: str
    proposed_by: str


@event()
class PriceDeclined(Event):
    """The second person declined the price."""

    product_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str


@event()
class ReinstatementProposed(Event):
    """A product that was discontinued by mistake waits for a second person, to be brought back."""

    answer = "pending_approval"

    product_id: UUID
    proposal_id: UUID
    reason: str
    proposed_by: str


@event()
class ReinstatementDeclined(Event):
    """The second person declined: the product stays discontinued."""

    product_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str


@event(schema=2)
class LabelProposed(Event):
    """Other allergens or nutrition of an approved product wait for a second person."""

    answer = "pending_approval"

    product_id: UUID
    proposal_id: UUID
    label: Label
    proposed_by: str


@event(schema=2)
class LabelApproved(Event):
    """The label states this from now on."""

    product_id: UUID
    proposal_id: UUID
    label: Label
    approved_by: str


@event()
class LabelDeclined(Event):
    """The second person declined the label."""

    product_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str
