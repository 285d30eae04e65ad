"""What follows once a person is forgotten: documents are folded anew, and all that is kept beside the log goes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from efi.delivery.schedule import apart, every
from efi.log import event_store, keys
from efi.log.mongo import Document
from efi.reading.refolding import refold_streams
from efi.runtime.private import for_owner
from efi.writing.commands import Command
from efi.writing.dispatch import dispatch

PERIOD = timedelta(seconds=0.5)
LET_GO_BY = timedelta(seconds=5)
"""After so long no process holds a key that is gone, also where the clocks of two differ by seconds."""
Erase = Callable[[UUID], object]
ERASERS: list[Erase] = []
Forget = Callable[[UUID], Command | None]
FORGOTTEN_BY: list[Forget] = []
LEDGER = "forgotten"
"""The file of the data folder with the ids of those who were forgotten, which outlives the database."""


def erases(what: Erase) -> Erase:
    """Registers what deletes all that is kept on a person beside the log; it is called at least once."""
    ERASERS.append(what)
    return what


def forgotten_by(command_for: Forget) -> Forget:
    """Registers what returns the command by which somebody is forgotten whom a backup has brought back.

    It returns None for whoever the context's log does not know, or knows as forgotten.
    """
    FORGOTTEN_BY.append(command_for)
    return command_for


@every(PERIOD)
def erase_the_forgotten(at: datetime) -> None:
    """Erases whoever was forgotten since it was called last, and once more when no process holds their key."""
    for one in list(to_erase(at)):
        with apart(erase_the_forgotten.__name__, one["_id"]):
            erase(UUID(one["_id"]))
            note_erased(one, at)


def erase(person: UUID) -> None:
    """Enters somebody in the ledger, folds every document anew that showed them, and deletes what else is kept on them.

    The ledger is first, as a backup may be restored before the rest is done. Keys that this process still holds go
    too, or documents would be folded with them. Raises what refolding raises, and what is registered.
    """
    keys.ring.clear()
    _enter(person)
    refold_streams(event_store.streams_of(person))
    for erase_beside in ERASERS:
        erase_beside(person)


def to_erase(at: datetime) -> Iterator[Document]:
    """Yields an entry for each of the forgotten who may still be shown somewhere, and whose turn it is."""
    yield from keys.person_keys().find({"$or": [{"to_erase": True}, {"to_erase": {"$lte": at}}]})


def note_erased(entry: Document, at: datetime) -> None:
    """Notes that nothing shows them any more, unless they were forgotten once more since the entry was read.

    The first time it is their turn once more, as other processes may have shown them with the key that they still held.
    """
    known = {name: entry[name] for name in ("_id", "forgotten_at", "to_erase")}
    once_more, for_good = {"$set": {"to_erase": at + LET_GO_BY}}, {"$unset": {"to_erase": "", "digests": ""}}
    keys.person_keys().update_one(known, once_more if entry["to_erase"] is True else for_good)


def erase_again(since: datetime) -> None:
    """Has those erased once more who were forgotten since a moment, as documents were made meanwhile."""
    keys.person_keys().update_many({"forgotten_at": {"$gte": since}}, {"$set": {"to_erase": True}})


def forget_again(people: Iterable[UUID]) -> int:
    """Forgets those once more whom a restored log knows again; returns how many those were.

    Raises what `dispatch` raises. Given again, it goes on where it ended.
    """
    back = 0
    for person in people:
        commands = [command for command_for in FORGOTTEN_BY if (command := command_for(person))]
        if commands or keys.has_key(person):
            keys.forget(person, event_store.now())
            back += 1
        for command in commands:
            dispatch(command, actor="restore")
    return back


def in_ledgers(*files: Path) -> set[UUID]:
    """Returns the ids that stand in the data folder's ledger, in these files, and in the database."""
    texts = [file.read_text() for file in (settings.EFI_DATA / LEDGER, *files) if file.exists()]
    known = keys.person_keys().find({"forgotten_at": {"$exists": True}}, {"_id": 1})
    return {UUID(line) for text in texts for line in text.split()} | {UUID(one["_id"]) for one in known}


def _enter(person: UUID) -> None:
    with open(settings.EFI_DATA / LEDGER, "a+", opener=for_owner) as ledger:
        ledger.seek(0)
        if str(person) not in ledger.read().split():
            ledger.write(f"{person}\n")
