"""Everything that is held on a person, for them to take away: by a registry that rooms and contexts fill."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from efi.accounts import second_factor, sessions, tokens
from efi.domain.payloads import dump
from efi.log import event_store
from efi.log.mongo import Document
from efi.models import User
from efi.reading import catching_up, followers, generations

Held = Callable[[UUID], Any]
TAKEN_AWAY: dict[str, Held] = {}


def taken_away(name: str) -> Callable[[Held], Held]:
    """Registers what is held on a person besides the log and their documents: JSON values, by the person's id.

    Raises `ValueError` for a name that another has.
    """

    def register(held: Held) -> Held:
        if name in TAKEN_AWAY:
            raise ValueError(f"{name} is held already")
        TAKEN_AWAY[name] = held
        return held

    return register


def all_on(person: UUID) -> Document:
    """Returns all that is held on a person, by name."""
    return {name: held(person) for name, held in sorted(TAKEN_AWAY.items())}


@taken_away("account")
def account(person: UUID) -> Document:
    """Returns the row by which they sign in: of customers a name that tells nobody whose it is."""
    row = User.objects.filter(pk=person).first()
    told = ("email", "name", "joined_at", "last_login", "is_active", "is_staff")
    return {name: getattr(row, name) for name in told} if row else {}


@taken_away("history")
def history(person: UUID) -> list[Document]:
    """Returns every event of every stream that is about them, in the order of each stream."""
    return [event for stream in sorted(event_store.streams_of(person)) for event in _events(stream)]


@taken_away("documents")
def documents(person: UUID) -> dict[str, list[Document]]:
    """Returns what is made of that for them to read, by the names of the read models; what they just did is in it."""
    owned = [generation for generation in generations.of_this_process() if generation.model.owner]
    streams = dict.fromkeys(event_store.streams_of(person), catching_up.NEWEST)
    for generation in owned:
        catching_up.catch_up(generation, followers.of_generation(generation).heard(streams))
    found = {generation.model.name: generation.of(person).find({}) for generation in owned}
    return {name: [_without_marks(one) for one in kept] for name, kept in found.items() if kept}


@taken_away("second_factor")
def factor(person: UUID) -> Document:
    found = second_factor.factors().find_one({"_id": person}, {"since": 1})
    return {"since": found.get("since")} if found else {}


@taken_away("sessions")
def where(person: UUID) -> list[sessions.Listed]:
    return sessions.of(person)


@taken_away("tokens")
def programs(person: UUID) -> list[tokens.Listed]:
    return tokens.of(person)


def _events(stream: str) -> Iterator[Document]:
    for commit in event_store.read(stream):
        for version, event in enumerate(commit.events, commit.version):
            told = {"type": type(event).type_name, "at": commit.occurred_at, "data": dump(event)}
            yield {"stream": stream, "version": version, **told}


def _without_marks(document: Document) -> Document:
    return {name: value for name, value in document.items() if not name.startswith("_") or name == "_id"}
