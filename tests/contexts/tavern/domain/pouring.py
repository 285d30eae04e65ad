"""What of a keg waits for a second person."""

from dataclasses import dataclass

from efi.domain.proposals import Proposal


@dataclass(frozen=True, kw_only=True)
class Pouring(Proposal):
    """To pour away what is left in a keg."""
