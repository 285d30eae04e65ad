"""Who gives a command, when it is judged, and what it follows from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5


@dataclass(frozen=True, kw_only=True)
class Context:
    """Comes with every command; the write side knows no other clock and no other source of ids."""

    command_id: UUID
    actor: str
    at: datetime
    correlation_id: UUID
    causation_id: UUID | None = None
    owner: UUID | None = None
    """Whoever gives it as the owner of what it changes, and may change nothing else; None where a permission lets."""

    def new_id(self) -> UUID:
        """The id of what the command creates: the same each time the command is repeated."""
        return uuid5(self.command_id, "created")
