"""Mails that follow from events: each is asked for once, however often bells ring."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from efi.delivery.reactions import REACTIONS, Reaction, refused
from efi.domain.events import Event
from efi.log import event_store
from efi.log.event_store import Commit
from efi.mails import outbox
from efi.mails.outbox import Mail

WriteOn = Callable[[Any, Commit], Mail | None]


@dataclass(frozen=True, kw_only=True)
class MailReaction(Reaction):
    """Asks for a mail where another reaction gives commands."""

    event: type[Event]

    def _answer(self, commit: Commit, version: int, noted: set[str] | None = None) -> None:
        if isinstance(commit.events[version - commit.version], self.event):
            mail_id = uuid5(event_store.event_id(commit.stream, version), self.name)
            outbox.ask(self.name, f"{commit.stream}/{version}", mail_id=mail_id)
        if noted is None:
            refused().delete_one({"reaction": self.name, "stream": commit.stream, "version": version})


def mails_on(event: type[Event], *, streams: tuple[str, ...]) -> Callable[[WriteOn], WriteOn]:
    """Registers the mail that follows from an event: a function that is given it with its commit, and returns a mail.

    It is called in the background, and returns None where there is nobody to write to. `streams` are the first words
    of the streams in which the event is.
    """

    def register(write: WriteOn) -> WriteOn:
        name = f"mail_{write.__name__}"

        @outbox.writes(name)
        def write_of(place: str) -> Mail | None:
            stream, _, version = place.rpartition("/")
            raw = event_store.holding(stream, int(version))
            commit = event_store.decode(raw) if raw else None
            return write(commit.events[int(version) - commit.version], commit) if commit else None

        REACTIONS[name] = MailReaction(name=name, kinds=streams, react=lambda *_: (), event=event)
        return write

    return register
