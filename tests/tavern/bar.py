"""A tavern made by commands, as its staff make it."""

from datetime import datetime
from uuid import UUID

from efi.log import event_store
from efi.writing.commands import Command
from tavern.commands.cellars import OpenCellar
from tavern.commands.kegs import DrawPints, MoveKeg, ProposePouring, RepriceKeg, TapKeg, TasteKeg
from tavern.commands.tabs import OpenTab, OrderRound
from tavern.events import KegRepriced, KegTapped
from tests.given import JOAN, NOW, bbd, drawn_by, identity, minutes, say

ADA, BEN, CY = identity("ada"), identity("ben"), identity("cy")
STOUT = identity("stout")
"""A keg that only facts speak of."""
CLOSING_TIME = NOW + minutes(60)


def cellar(name: str = "Under the stairs") -> UUID:
    return say(OpenCellar(name=name)).id


def stout(name: str = "Stout", *, cellar_id: UUID, pints: int = 88, price: str = "8.50") -> TapKeg:
    return TapKeg(cellar_id=cellar_id, name=name, pints=pints, price=bbd(price))


def keg(name: str = "Stout", *, cellar_id: UUID | None = None, pints: int = 88, price: str = "8.50") -> UUID:
    """In a cellar of its own unless told."""
    place = cellar_id or cellar(f"Cellar of {name}")
    return say(stout(name, cellar_id=place, pints=pints, price=price)).id


def empty_keg(name: str = "Stout") -> UUID:
    keg_id = keg(name, pints=2)
    say(DrawPints(keg_id=keg_id, pints=2))
    return keg_id


def repricing(keg_id: UUID, price: str, reason: str = "dearer barley") -> RepriceKeg:
    return RepriceKeg(keg_id=keg_id, price=bbd(price), reason=reason)


def same_price(keg_id: UUID) -> tuple[Command, Command]:
    """Returns a command that changes nothing of a keg at 8.50, and one that does."""
    return repricing(keg_id, "8.50"), repricing(keg_id, "9.00")


def same_cellar(keg_id: UUID) -> tuple[Command, Command]:
    """Returns the same of a kind that needs a transaction."""
    at = next(event_store.read(f"keg:{keg_id}")).events[0].cellar_id
    return MoveKeg(keg_id=keg_id, cellar_id=at), MoveKeg(keg_id=keg_id, cellar_id=cellar(f"Not {at}"))


def tasting(keg_id: UUID, guest_id: UUID = ADA, stars: int = 5) -> TasteKeg:
    return TasteKeg(keg_id=keg_id, guest_id=guest_id, stars=stars)


def stout_tapped(price: str = "8.50") -> KegTapped:
    return KegTapped(keg_id=STOUT, cellar_id=identity("cellar"), name="Stout", pints=88, price=bbd(price))


def stout_repriced(old_price: str, price: str) -> KegRepriced:
    return KegRepriced(keg_id=STOUT, old_price=bbd(old_price), price=bbd(price), reason="dearer barley")


def proposed(keg_id: UUID, key: str) -> dict[str, UUID]:
    """That what is left is poured away, by its ids."""
    say(ProposePouring(keg_id=keg_id, reason="it is sour"), by=JOAN, key=key)
    return {"keg_id": keg_id, "proposal_id": drawn_by(ProposePouring, key, by=JOAN)}


def opening(name: str = "Ada", *, guest_id: UUID = ADA, lapses_at: datetime = CLOSING_TIME) -> OpenTab:
    return OpenTab(guest_id=guest_id, name=name, lapses_at=lapses_at)


def tab(name: str = "Ada", *, guest_id: UUID = ADA) -> UUID:
    return say(opening(name, guest_id=guest_id)).id


def round_of(tab_id: UUID, keg_id: UUID, pints: int = 3) -> OrderRound:
    return OrderRound(tab_id=tab_id, keg_id=keg_id, pints=pints)
