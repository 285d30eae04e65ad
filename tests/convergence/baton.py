"""Threads of which one at a time goes on: at each command to the database a seeded scheduler says which is next."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from threading import Semaphore, Thread, get_ident, local
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from efi.log.mongo import client

WRITES = frozenset({"insert", "update", "delete"})
SIGNS_IN = frozenset({"saslStart", "saslContinue"})
"""What a new connection begins with, which is no part of the play: whether it is needed, nobody draws."""
TRANSACTION_ENDS = frozenset({"commitTransaction", "abortTransaction"})
MOST_STEPS = 10_000
FALLS_ASLEEP, BEFORE_WRITING, LATE = 0.01, 0.06, 0.7
"""How likely an actor sleeps, for a while, or late in the play until its last act: what it has read grows old meanwhile."""
MEETS = 0.5
"""How likely one that is about to write wakes another that is about to write the same, and lets it go first."""
SHORT, LONG, FOR_GOOD = 15, 150, 10 * MOST_STEPS

Until = Callable[[], bool]


class Here(local):
    """What this thread is at: who rehearses keeps the baton."""

    rehearses = False


here = Here()


class Crash(BaseException):
    """The process died here. No `except Exception` sees it, and what it had not sent is never sent."""


class Stuck(BaseException):
    """Nobody can go on, or they go on for ever."""


class Actor:
    """One thread of the play."""

    def __init__(self, name: str, work: Callable[[], object], drowsy: bool) -> None:
        self.name, self.work, self.drowsy = name, work, drowsy
        self.go = Semaphore(0)
        self.ended = False
        self.until: Until | None = None
        self.asleep_until = 0
        self.about_to_write = ""
        self.crash_in: int | None = None
        self.session: Any = None
        """That of its open transaction."""
        self.wrote: set[str] = set()
        """The collections that its open transaction has written."""


class Stage:
    """Plays some actors to their end. The same random numbers play the same order."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.stays = rng.choice((0.0, 0.3, 0.6, 0.9))
        """How likely an actor keeps the baton: long runs and close alternation find different faults."""
        self.late = False
        self.actors: list[Actor] = []
        self.counts: Counter[str] = Counter()
        self.trace: list[str] = []
        self._by_thread: dict[int, Actor] = {}
        self._over = Semaphore(0)
        self._error: BaseException | None = None

    def add(self, name: str, work: Callable[[], object], *, drowsy: bool = False) -> None:
        """Only who is drowsy sleeps until the last act."""
        self.actors.append(Actor(name, work, drowsy))

    def play(self) -> None:
        """Raises what an actor raised."""
        threads = [Thread(target=self._perform, args=(actor,), daemon=True) for actor in self.actors]
        for thread in threads:
            thread.start()
        self._next().go.release()
        self._over.acquire()
        for thread in threads:
            thread.join()
        if self._error:
            raise self._error

    def pause(self, until: Until | None = None) -> None:
        """Hands the baton on; returns when it has come back, which it does only while `until` holds."""
        actor = self._here()
        actor.until = until
        following = self._next(actor)
        if following is not actor:
            following.go.release()
            actor.go.acquire()
        actor.until = None
        if self._error:
            raise Stuck("another actor has failed")

    def begin_last_act(self) -> None:
        """Those who slept until now wake up one by one, or when all others are done."""
        self.late = False
        for actor in self.actors:
            if actor.asleep_until >= FOR_GOOD:
                actor.asleep_until = self.counts["steps"] + self.rng.choice((self.rng.randint(0, LONG), MOST_STEPS))

    def will_crash(self, calls: int | None) -> None:
        """The actor that asks dies at the call to the database that comes after so many; `None`: it lives on."""
        self._here().crash_in = calls

    def bury(self) -> None:
        """What the database does in time for one that died: ends its transaction."""
        if session := self._here().session:
            client().admin.command("killSessions", [{"id": session["id"]}])
            self._forget_transaction(self._here())

    def before(self, event: CommandStartedEvent) -> None:
        """Called on an actor's thread when a command is about to be sent."""
        actor = self._by_thread.get(get_ident())
        if not actor or here.rehearses:
            return
        if actor.crash_in == 0:
            actor.crash_in = None
            self.counts["crashes"] += 1
            self.trace.append(f"{actor.name}: dies before {event.command_name}")
            raise Crash
        if actor.crash_in:
            actor.crash_in -= 1
        place = _place(event)
        actor.about_to_write = place if event.command_name in WRITES else ""
        self.pause(self._unless_held_up(actor, event))
        self.trace.append(f"{actor.name}: {event.command_name} {place}")
        if event.command.get("autocommit") is False:
            actor.session = event.command["lsid"]
            actor.wrote |= {place} if event.command_name in WRITES else set()

    def after(self, event: CommandSucceededEvent | CommandFailedEvent) -> None:
        actor = self._by_thread.get(get_ident())
        if not actor:
            return
        if event.command_name in TRANSACTION_ENDS:
            self._forget_transaction(actor)
        elif _lost(event):
            self.counts["lost races"] += 1

    def _forget_transaction(self, actor: Actor) -> None:
        actor.session = None
        actor.wrote.clear()

    def _unless_held_up(self, actor: Actor, event: CommandStartedEvent) -> Until | None:
        """A write outside of a transaction would wait in the server for a transaction that has written the same.

        The other transaction's thread has to be let go on first, or both would wait for ever. Between transactions there
        is no waiting: MongoDB tells the second writer at once.
        """
        if event.command_name not in WRITES or event.command.get("autocommit") is False:
            return None
        place = _place(event)
        return lambda: not any(place in other.wrote for other in self.actors if other is not actor)

    def _here(self) -> Actor:
        return self._by_thread[get_ident()]

    def _perform(self, actor: Actor) -> None:
        self._by_thread[get_ident()] = actor
        actor.go.acquire()
        try:
            if not self._error:
                actor.work()
        except BaseException as error:
            self._error = self._error or error
        del self._by_thread[get_ident()]
        actor.ended = True
        if all(one.ended for one in self.actors):
            self._over.release()
        else:
            self._next().go.release()

    def _next(self, present: Actor | None = None) -> Actor:
        self.counts["steps"] += 1
        able = [actor for actor in self.actors if not actor.ended and (self._error or not actor.until or actor.until())]
        if not able or self.counts["steps"] > MOST_STEPS:
            self._error = self._error or Stuck("nobody can go on" if not able else "they go on for ever")
            able = [actor for actor in self.actors if not actor.ended]
        if present and present.about_to_write and (rival := self._rival(present, able)):
            rival.asleep_until = 0
            self._sleep(present, self.rng.randint(0, SHORT))
            return rival
        if present:
            self._may_fall_asleep(present)
        awake = [actor for actor in able if actor.asleep_until <= self.counts["steps"]]
        able = awake or sorted(able, key=lambda actor: actor.asleep_until)[:1]
        self.counts["points"] += len(able) > 1
        return present if present in able and self.rng.random() < self.stays else self.rng.choice(able)

    def _rival(self, present: Actor, able: list[Actor]) -> Actor | None:
        """One that sleeps over the same write, if they are to meet."""
        same = [one for one in able if one is not present and one.about_to_write == present.about_to_write]
        return self.rng.choice(same) if same and self.rng.random() < MEETS else None

    def _may_fall_asleep(self, actor: Actor) -> None:
        """Not for long with a transaction that has written: it holds up all others."""
        writes = bool(actor.about_to_write)
        if self.late and actor.drowsy and writes and not actor.wrote and self.rng.random() < LATE:
            self._sleep(actor, FOR_GOOD)
        elif self.rng.random() < (BEFORE_WRITING if writes else FALLS_ASLEEP):
            self._sleep(actor, self.rng.randint(0, SHORT if actor.wrote else self.rng.choice((SHORT, LONG))))

    def _sleep(self, actor: Actor, steps: int) -> None:
        actor.asleep_until = self.counts["steps"] + steps


class Boundary(CommandListener):
    """Stands between the driver and the database, and asks the stage, if a play is on."""

    stage: Stage | None = None

    def started(self, event: CommandStartedEvent) -> None:
        if self.stage and event.command_name not in SIGNS_IN:
            self.stage.before(event)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if self.stage and event.command_name not in SIGNS_IN:
            self.stage.after(event)

    def failed(self, event: CommandFailedEvent) -> None:
        if self.stage and event.command_name not in SIGNS_IN:
            self.stage.after(event)


def _place(event: CommandStartedEvent) -> str:
    """The collection, where there is one."""
    place = event.command[event.command_name]
    return place if isinstance(place, str) else ""


def _lost(event: CommandSucceededEvent | CommandFailedEvent) -> bool:
    """Somebody else was faster: refused as a double or a conflict, or nothing at the revision that was read."""
    if isinstance(event, CommandFailedEvent):
        return True
    reply: Mapping[str, Any] = event.reply
    return bool(reply.get("writeErrors")) or (event.command_name == "update" and not reply["n"])
