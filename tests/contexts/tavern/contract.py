"""What other contexts may ask of the tavern, and the commands that they may give inside their own."""

from uuid import UUID

from efi.domain.values import Money
from tavern.commands.kegs import DrawPints, kegs

__all__ = ["DrawPints", "price_of"]


def price_of(keg_id: UUID) -> Money:
    """Returns what a pint of a keg costs, as the present transaction sees it; raises `NotFound`."""
    return kegs.must_exist(keg_id).asked_price
