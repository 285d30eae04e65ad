"""What follows from what happens in the tavern."""

from collections.abc import Iterator

from efi.delivery.reactions import reacts
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.writing.commands import Command
from tavern.commands.kegs import EmptyKeg
from tavern.events import KegPoured


@reacts("poured_kegs_are_carried_out", streams=("keg",))
def carry_out_poured_kegs(event: Event, commit: Commit) -> Iterator[Command]:
    """Carries a keg out of its cellar once what was left in it is poured away."""
    if isinstance(event, KegPoured):
        yield EmptyKeg(keg_id=event.keg_id)
