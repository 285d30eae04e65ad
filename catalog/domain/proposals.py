"""What of a product waits for a second person."""

from dataclasses import dataclass

from catalog.values import Label
from efi.domain.proposals import Proposal
from efi.domain.values import Money


@dataclass(frozen=True, kw_only=True)
class PriceProposal(Proposal):
    """A price that waits for a second person."""

    price: Money
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReinstatementProposal(Proposal):
    """The reinstatement of a discontinued product, which waits for a second person."""


@dataclass(frozen=True, kw_only=True)
class LabelProposal(Proposal):
    """A label that waits for a second person."""

    label: Label
