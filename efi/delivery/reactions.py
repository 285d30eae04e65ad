"""Reactions: commands that follow from events, given once each, however often and late bells ring."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from efi.domain.errors import Conflict, KeyReused, NotFound, Refusal, Unavailable
from efi.domain.events import Event
from efi.log import event_store
from efi.log.epoch import forgets
from efi.log.event_store import Commit
from efi.log.mongo import Document, collection
from efi.reading import followers
from efi.reading.followers import Follower, Outage, follows
from efi.reading.positions import Positions
from efi.runtime.metrics import REACTIONS as COUNTED
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
    """

    def register(react: React) -> React:
        REACTIONS[name] = Reaction(name=name, kinds=streams, react=react)
        return react

    return register


@follows
def reactions() -> Iterator[Follower]:
    for one in REACTIONS.values():
        yield Follower(name=one.positions.name, kinds=one.kinds, answer=one.answer, lane=LANE)


@forgets
def step_back() -> None:
    """Has what a shorter log takes in next be answered too."""
    for one in REACTIONS.values():
        one.positions.step_back()


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """What is to follow from the events of some kinds of streams."""

    name: str
    kinds: tuple[str, ...]
    react: React

    @cached_property
    def positions(self) -> Positions:
        return Positions(name=f"reaction_{self.name}", failed=COUNTED.labels(self.name, "failed").inc)

    def answer(self, bells: Mapping[str, int]) -> None:
        """Gives the commands that follow from what these streams hold behind their positions.

        Raises PyMongo's errors, `ReadLess`, and `Outage` where a command could not be carried out for now.
        """
        self.positions.follow(bells, self._take, most=MOST_EVENTS)

    def try_again(self, stream: str, version: int) -> None:
        """Gives the commands that follow from one event; those that were given before are not given twice.

        Raises `NotFound` where the log holds no such event, and whatever the reaction raises.
        """
        raws = event_store.commits().find({"stream": stream, "version": {"$lte": version}}).sort("version", -1).limit(1)
        commits = [event_store.decode(raw) for raw in raws]
        if not commits or not commits[0].version <= version <= commits[0].last:
            raise NotFound(f"the log holds no version {version} of {stream}")
        self._answer(commits[0], version)

    def _take(self, commits: Sequence[Commit], stopped: set[str]) -> dict[str, int]:
        reached: dict[str, int] = {}
        for commit in commits:
            if commit.stream in stopped:
                continue
            if all(self._answered(commit, version) for version in range(commit.version, commit.last + 1)):
                reached[commit.stream] = commit.last
            else:
                stopped.add(commit.stream)
        return reached

    def _answered(self, commit: Commit, version: int) -> bool:
        """Answers one event; False where the reaction itself fails on it, so that its stream has to wait."""
        try:
            self._answer(commit, version)
        except (Outage, PyMongoError):
            raise
        except Exception as error:
            logger.exception("%s stops before version %s of %s", self.name, version, commit.stream)
            COUNTED.labels(self.name, "failed").inc()
            _note(self.name, commit.stream, version, [f"the reaction fails: {error!r}"])
            return False
        return True

    def _answer(self, commit: Commit, version: int) -> None:
        commands = self.react(commit.events[version - commit.version], commit)
        refusals = [self._give(command, commit, version, place) for place, command in enumerate(commands)]
        _note(self.name, commit.stream, version, [refusal for refusal in refusals if refusal])

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
            COUNTED.labels(self.name, "refused").inc()
            logger.warning("%s: %s is refused: %s", self.name, HANDLERS[type(command)].name, refusal.code)
            return f"{HANDLERS[type(command)].name}: {refusal.detail}"
        else:
            COUNTED.labels(self.name, "given").inc()
        return ""


def begin() -> None:
    """Has each reaction that is new here begin with what comes after now, and not answer all that ever was."""
    for one in REACTIONS.values():
        mark = {"_id": f"reaction {one.name}"}
        if not collection("marks").find_one(mark):
            for heads in followers.heads(one.kinds):
                one.positions.raise_to(heads)
            collection("marks").insert_one({**mark, "begun": event_store.now()})


def refused() -> Collection[Document]:
    """Returns the collection with a document for each reaction and event whose commands stay refused."""
    return collection("refused_reactions")


def _note(name: str, stream: str, version: int, refusals: list[str]) -> None:
    """Keeps what was refused for staff to see, or forgets it once nothing is."""
    identity = {"_id": f"{name} {stream}/{version}"}
    if not refusals:
        refused().delete_one(identity)
        return
    seen = {"reaction": name, "stream": stream, "version": version, "refusals": refusals, "at": event_store.now()}
    counted = {"$inc": {"tries": 1}, "$setOnInsert": {"since": seen["at"]}}
    refused().update_one(identity, {"$set": seen, **counted}, upsert=True)
