"""Of each kind of the tavern's aggregates one with all that its state can hold."""

from uuid import UUID

from efi.domain.aggregate import Aggregate
from tavern.commands.cellars import CloseCellar
from tavern.commands.kegs import MoveKeg, TasteKeg
from tavern.domain.cellar import Cellar
from tavern.domain.keg import Keg
from tavern.domain.tab import Tab
from tavern.domain.tasting import Tasting
from tests.given import identity, say
from tests.tavern import bar


def long_lives() -> dict[type[Aggregate], UUID | None]:
    """Returns the id of each."""
    left = bar.cellar("Damp")
    keg_id, tab_id = bar.keg(cellar_id=left), bar.tab()
    say(bar.round_of(tab_id, keg_id))
    say(bar.round_of(tab_id, keg_id))
    say(MoveKeg(keg_id=keg_id, cellar_id=bar.cellar("Dry")))
    say(CloseCellar(cellar_id=left))
    for guest in ("ada", "ben", "cy"):
        say(TasteKeg(keg_id=keg_id, guest_id=identity(guest), stars=4))
    bar.proposed(keg_id, "pouring")
    return {Cellar: left, Keg: keg_id, Tab: tab_id, Tasting: keg_id}
