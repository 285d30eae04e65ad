"""For each kind of command one that will be carried out, and what has to be there for it."""

from collections.abc import Callable
from typing import Self
from uuid import uuid5

from efi.domain.events import Event
from efi.writing.commands import CALLERS, Command, Receipt
from tests.efi import audit
from tests.given import MARIA, say
from tests.registered import brought

Scenario = Callable[[str], Command]
SCENARIOS: dict[type[Command], Scenario] = {}


def scenario(kind: type[Command]) -> Callable[[Scenario], Scenario]:
    """Registers one. It is told a suffix that makes its names its own, as it is played many times in one log."""

    def register(given: Scenario) -> Scenario:
        SCENARIOS[kind] = given
        return given

    return register


def scenarios() -> dict[type[Command], Scenario]:
    """Returns those of all contexts, each of which has its own in a module `scenarios` of its tests."""
    list(brought("scenarios"))
    return SCENARIOS


class Played:
    """A scenario at a place of its own in the log, up to its command, which a caller gives with a key."""

    receipt: Receipt

    def __init__(self, kind: type[Command], suffix: str) -> None:
        self.suffix, self.command = suffix, scenarios()[kind](suffix)
        self.id = uuid5(CALLERS, f"{MARIA}|{kind.__name__}|{suffix}")

    def carried_out(self) -> Self:
        self.receipt = say(self.command, key=self.suffix)
        return self

    @property
    def effects(self) -> list[tuple[str, tuple[str, ...]]]:
        """What it has left in the log, by kind of stream."""
        left = audit.left_by(self.id)
        return sorted((commit.stream.partition(":")[0], _names(commit.events)) for commit in left)

    @property
    def reached(self) -> dict[str, int]:
        return {commit.stream: commit.last for commit in audit.left_by(self.id)}


def _names(facts: tuple[Event, ...]) -> tuple[str, ...]:
    return tuple(fact.type_name for fact in facts)
