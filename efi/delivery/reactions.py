"""Reactions: commands that follow from events, given once each, however often and late bells ring."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from efi.domain.errors import Conflict, KeyReused, NotFound, Refusal, Unavailable
from efi.domain.events import Event
from efi.log import event_store
from efi.log.epoch import forgets
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection
from efi.reading.followers import Follower, Outage, follows
from efi.reading.positions import Positions
from efi.runtime.metrics import REACTED
from efi.writing.commands import HANDLERS, Command
from efi.writing.dispatch import dispatch

LANE = "reactions"
MOST_EVENTS = 100
"""That are answered, more or less, before positions are raised."""
React = Callable[[Event, Commit], Iterable[Command]]
REACTIONS: "dict[str, Reaction]" = {}
logger = logging.getLogger(__name__)


def reacts(name: str, *, streams: tuple[str, ...]) -> Callable[[React], React]:
    """Registers a reaction: a function that is given an event with its commit, and yields the commands that follow.

    It asks aggregates and contracts, never read models, and yields the same each time. A command is given once: its id
    is made of the reaction's name, the stream, the version and its place among those of the event. One that is refused
    is kept for staff to try again, and the stream goes on. `streams` are the first words of the streams it hears.
    Raises `ValueError` for a name that another has.
    """

    def register(react: React) -> React:
        if name in REACTIONS:
            raise ValueError(f"{name} is the name of two reactions")
        REACTIONS[name] = Reaction(name=name, kinds=streams, react=react)
        return react

    return register


@follows
def reactions() -> Iterator[Follower]:
    for one in REACTIONS.values():
        yield Follower(name=one.positions.name, kinds=one.kinds, answer=one.answer, lane=LANE)


@forgets
def step_back() -> None:
    """Has what a shorter log takes in next be answered too, and forgets refusals of events that it lacks."""
    for one in REACTIONS.values():
        one.positions.step_back()
    for noted in refused().find({}, {"stream": 1, "version": 1}):
        if event_store.head(noted["stream"]) < noted["version"]:
            refused().delete_one({"_id": noted["_id"]})


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """What is to follow from the events of some kinds of streams."""

    name: str
    kinds: tuple[str, ...]
    react: React

    @cached_property
    def positions(self) -> Positions:
        return Positions(name=f"reaction_{self.name}", failed=REACTED.labels(self.name, "failed").inc)

    def answer(self, bells: Mapping[str, int]) -> None:
        """Gives the commands that follow from what these streams hold behind their positions.

        Raises PyMongo's errors, `ReadLess`, and `Outage` where a command could not be carried out for now.
        """
        self.positions.follow(bells, self._take, most=MOST_EVENTS)

    def try_again(self, stream: str, version: int) -> None:
        """Gives the commands that follow from one event; those that were given before are not given twice.

        Raises `NotFound` where the log holds no such event, and whatever the reaction raises.
        """
        raw = event_store.holding(stream, version)
        commit = event_store.decode(raw) if raw else None
        if not commit or commit.last < version:
            raise NotFound(f"the log holds no version {version} of {stream}")
        self._answer(commit, version)

    def begin(self, until: datetime) -> None:
        """Takes all that was recorded up to a moment for answered. Any number of processes may do so at once."""
        for kind in self.kinds:
            for streams in event_store.of_kind(kind):
                self.positions.begin_at(event_store.lasts_of(streams, until))

    def _take(self, commits: Sequence[Commit], stopped: set[str]) -> dict[str, int]:
        reached: dict[str, int] = {}
        noted = _noted(self.name, {commit.stream for commit in commits})
        for commit in commits:
            if commit.stream in stopped:
                continue
            if all(self._answered(commit, version, noted) for version in range(commit.version, commit.last + 1)):
                reached[commit.stream] = commit.last
            else:
                stopped.add(commit.stream)
        return reached

    def _answered(self, commit: Commit, version: int, noted: set[str]) -> bool:
        """Answers one event; False where the reaction itself fails on it, so that its stream has to wait."""
        try:
            self._answer(commit, version, noted)
        except (Outage, PyMongoError):
            raise
        except Exception as error:
            logger.exception("%s stops before version %s of %s", self.name, version, commit.stream)
            REACTED.labels(self.name, "failed").inc()
            _note(self.name, commit.stream, version, [f"the reaction fails: {type(error).__name__}"], fails=True)
            return False
        return True

    def _answer(self, commit: Commit, version: int, noted: set[str] | None = None) -> None:
        """Gives what follows from one event. `noted`: what is known to be noted, which else is looked up."""
        commands = self.react(commit.events[version - commit.version], commit)
        told = [self._give(command, commit, version, place) for place, command in enumerate(commands)]
        if refusals := [refusal for refusal in told if refusal]:
            _note(self.name, commit.stream, version, refusals)
        elif noted is None or _key(self.name, commit.stream, version) in noted:
            refused().delete_one({"_id": _key(self.name, commit.stream, version)})

    def _give(self, command: Command, commit: Commit, version: int, place: int) -> str:
        """Gives one command, and returns why it is refused, or nothing."""
        try:
            dispatch(
                command,
                actor=f"reaction {self.name}",
                key=f"{commit.stream}/{version}/{place}",
                correlation_id=commit.correlation_id,
                causation_id=event_store.event_id(commit.stream, version),
            )
        except (Unavailable, Conflict) as error:
            raise Outage(f"{self.name} waits with version {version} of {commit.stream}: {error}") from error
        except KeyReused:
            logger.info("%s has answered version %s of %s with another command", self.name, version, commit.stream)
        except Refusal as refusal:
            REACTED.labels(self.name, "refused").inc()
            logger.warning("%s: %s is refused: %s", self.name, HANDLERS[type(command)].name, refusal.code)
            return f"{HANDLERS[type(command)].name}: {refusal.detail}"
        else:
            REACTED.labels(self.name, "given").inc()
        return ""


def begin() -> None:
    """Has each reaction that is new here begin with what comes after now, and not answer all that ever was."""
    for name in not_begun():
        mark = {"_id": f"reaction {name}"}
        collection("marks").update_one(mark, {"$setOnInsert": {"begun": event_store.now()}}, upsert=True)
        event_store.settle()
        begun = collection("marks").find_one(mark) or {}
        REACTIONS[name].begin(begun["begun"])
        collection("marks").update_one(mark, {"$set": {"done": True}})


def not_begun() -> list[str]:
    """Returns the reactions that may not answer yet, as it is not settled with which events they begin."""
    begun = {mark["_id"] for mark in collection("marks").find({"_id": {"$regex": "^reaction "}, "done": True})}
    return sorted(name for name in REACTIONS if f"reaction {name}" not in begun)


def refused() -> Collection[Document]:
    """Returns the collection with a document for each reaction and event whose commands stay refused."""
    return collection("refused_reactions")


def _note(name: str, stream: str, version: int, refusals: list[str], *, fails: bool = False) -> None:
    """Keeps what was refused for staff to see. `fails`: it is the reaction itself, and its stream waits for it."""
    seen = {"reaction": name, "stream": stream, "version": version, "refusals": refusals, "fails": fails}
    at = event_store.now()
    counted = {"$inc": {"tries": 1}, "$setOnInsert": {"since": at}}
    refused().update_one({"_id": _key(name, stream, version)}, {"$set": {**seen, "at": at}, **counted}, upsert=True)


def _noted(name: str, streams: Iterable[str]) -> set[str]:
    return {one["_id"] for one in refused().find({"reaction": name, "stream": {"$in": list(streams)}}, {"_id": 1})}


def _key(name: str, stream: str, version: int) -> str:
    return f"{name} {stream}/{version}"
