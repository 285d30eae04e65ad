"""Who gives commands in the tests, when, and of what; and how each is given."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

from efi.domain.context import Context
from efi.domain.events import Event
from efi.domain.values import Money
from efi.log import event_store
from efi.reading import generations
from efi.writing.commands import CALLERS, Command, Receipt
from efi.writing.dispatch import dispatch
from efi.writing.repository import memory

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARIA, JOAN = "maria@efi.example", "joan@efi.example"


def identity(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def bbd(amount: str) -> Money:
    return Money(amount=Decimal(amount))


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def restart() -> None:
    """Forgets what a process holds in memory."""
    memory.forget()
    generations.forget()


def say(command: Command, *, by: str = MARIA, key: str | None = None, at: datetime = NOW) -> Receipt:
    return dispatch(command, actor=by, key=key, at=at)


def drawn_by(kind: type[Command], key: str, *, by: str = MARIA) -> UUID:
    """Returns the id that a command of that key draws for what it creates."""
    return uuid5(uuid5(CALLERS, f"{by}|{kind.__name__}|{key}"), "created")


def elsewhere(stream: str, *facts: Event) -> None:
    """Another process carries out a command of its own."""
    drawn = uuid4()
    context = Context(command_id=drawn, actor=JOAN, at=NOW, correlation_id=drawn)
    event_store.append(event_store.commit_of(stream, event_store.head(stream), facts, context, ""))
