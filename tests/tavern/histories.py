"""What the tavern says to those who draw histories of commands."""

from efi.writing.commands import Command
from tavern.commands.cellars import OpenCellar
from tavern.commands.kegs import ApprovePouring, DeclinePouring, DrawPints, EmptyKeg, ProposePouring, TapKeg
from tavern.commands.tabs import OpenTab, OrderFlight, OrderRound

ALSO_CALLED: dict[str, str] = {}
TAPPED = (OpenCellar, TapKeg, OpenCellar)
OPENINGS: tuple[tuple[type[Command], ...], ...] = (
    (*TAPPED, OpenTab, OrderRound, OrderRound),
    (*TAPPED, OpenTab, OrderFlight),
    (*TAPPED, ProposePouring, ApprovePouring, EmptyKeg),
    (*TAPPED, ProposePouring, DeclinePouring, DrawPints),
)


def words() -> tuple[str, ...]:
    return ("Stout", "Porter", "Small beer", "Perry")
