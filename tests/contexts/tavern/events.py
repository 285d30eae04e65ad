"""What has happened in the tavern: the facts of cellars, kegs, what guests thought of them, and tabs."""

from datetime import datetime
from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.payloads import Personal
from efi.domain.values import Money


@event()
class CellarOpened(Event):
    cellar_id: UUID
    name: str


@event()
class CellarClosed(Event):
    """It was empty."""

    cellar_id: UUID


@event()
class KegTapped(Event):
    """A full keg, of a name that no other keg ever has."""

    keg_id: UUID
    cellar_id: UUID
    name: str
    pints: int
    price: Money


@event(schema=2)
class KegRepriced(Event):
    """What a pint of it costs from now on."""

    keg_id: UUID
    old_price: Money
    price: Money
    reason: str


@event()
class KegMoved(Event):
    keg_id: UUID
    old_cellar_id: UUID
    cellar_id: UUID


@event()
class PintsDrawn(Event):
    """For a tab, or for nobody in particular."""

    keg_id: UUID
    pints: int
    tab_id: UUID | None


@event()
class PouringProposed(Event):
    """What is left is to be poured away: a second person is to agree. It takes the place of an older proposal."""

    answer = "pending_approval"

    keg_id: UUID
    proposal_id: UUID
    reason: str
    proposed_by: str


@event()
class PouringDeclined(Event):
    """The second person said no."""

    keg_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str


@event()
class KegPoured(Event):
    """The second person agreed: so many pints were poured away."""

    keg_id: UUID
    proposal_id: UUID
    pints: int
    approved_by: str


@event()
class KegEmptied(Event):
    """It was carried out of its cellar, with nothing left in it."""

    keg_id: UUID


@event()
class KegTasted(Event):
    """A guest says how good it is."""

    keg_id: UUID
    guest_id: UUID
    stars: int


@event(person="guest_id")
class TabOpened(Event):
    """A guest drinks now and pays later, but before it lapses."""

    tab_id: UUID
    guest_id: UUID
    name: Personal[str]
    lapses_at: datetime


@event()
class RoundAdded(Event):
    """So many pints of one keg, each at that price."""

    tab_id: UUID
    keg_id: UUID
    pints: int
    price: Money


@event()
class TabSettled(Event):
    tab_id: UUID


@event()
class TabLapsed(Event):
    """Its time was over, and nobody had paid."""

    tab_id: UUID
