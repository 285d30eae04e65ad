"""Facts that are in no log."""

from uuid import UUID

from efi.domain.events import Event
from efi.log.event_store import Commit
from tests.given import MARIA, NOW, identity

STOUT = identity("stout")
DRAWN = UUID("01890a5d-ac96-774b-bcce-00000000000e")


def committed(*facts: Event, version: int = 4) -> Commit:
    """As the log would give them again."""
    return Commit(
        stream=f"keg:{STOUT}",
        version=version,
        events=facts,
        command_id=DRAWN,
        command_hash="",
        actor=MARIA,
        correlation_id=DRAWN,
        occurred_at=NOW,
        recorded_at=NOW,
    )
