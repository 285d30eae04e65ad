"""Who gives a command, when it is judged, and what it follows from."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5


@dataclass(frozen=True, kw_only=True)
class Context:
    """The circumstances of a command; the write side has no other clock and no other source of ids."""

    command_id: UUID
    actor: str
    at: datetime
    correlation_id: UUID
    causation_id: UUID | None = None
    if_version: int | None = None
    """The version of its subject's stream that the giver has seen, and wants to be changed if it is still that one."""
    owner: UUID | None = None
    """Whoever gives it as an owner, and may change what is their own and no other's; None where a permission lets."""

    def new_id(self, name: str = "created") -> UUID:
        """Returns the id of something the command creates: the same each time the command is repeated.

        `name` tells apart the things that one command creates.
        """
        return made_by(self.command_id, name)

    def carrying_out(self, name: str) -> Self:
        """Returns the context of a command that this one carries out under `name`: the same giver, time and story.

        It may change what its giver does not own, as the outer command answers for it.
        """
        inner = uuid5(self.command_id, f"carries out {name}")
        return replace(self, command_id=inner, causation_id=self.command_id, owner=None, if_version=None)


def made_by(command_id: UUID, name: str = "created") -> UUID:
    """Returns the id of something that a command creates, whoever gives it and whenever."""
    return uuid5(command_id, name)
