"""One history of commands, one delivery of its bells and one sweep, all drawn by a seed and played at the store's boundary."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from pymongo import WriteConcern

from efi.domain.errors import Refusal
from efi.domain.events import Event
from efi.log import epoch, event_store, keys, mongo
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading import catching_up, failures, followers, generations
from efi.reading.catching_up import ReadLess
from efi.reading.projections import READ_MODELS, Folds, ReadModel
from efi.writing import bus, claims, snapshots
from efi.writing import dispatch as dispatching
from efi.writing.commands import Command
from efi.writing.dispatch import dispatch
from efi.writing.repository import memory
from tests.api.shop import filled
from tests.convergence import comparison, reference
from tests.convergence.baton import Boundary, Crash, Stage
from tests.convergence.histories import Clock, Drawer, Known
from tests.convergence.post import Letter, Post

QUICKLY = WriteConcern(w=1, j=False)


class Hiccup(Exception):
    """A fold fails for a while: what a defect does that is mended later."""


@dataclass
class Outcome:
    """What came of one seed."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)


def play(seed: int, boundary: Boundary, wanted: type[Command] | None = None) -> Outcome:
    """From an empty shop to the comparison, by a way that may lead to a wanted command.

    Whatever it raises names the seed.
    """
    empty_the_shop()
    try:
        return Play(seed, wanted).run(boundary)
    except Exception as error:
        error.add_note(f"in the history of seed {seed}")
        raise


def empty_the_shop() -> None:
    """The log and all that was made of it; the collections and their indexes stay. The last delete waits for all before it.

    Or a transaction of the next play could see a log of the last one of which only a part is deleted.
    """
    fed = list(generations.of_this_process())
    made_of_it = [documents for one in fed for documents in (one.stored, one.facts)]
    rest = [event_store.commits(), claims.claims(), claims.guards(), snapshots.snapshots(), failures.failures()]
    rest.append(keys.person_keys())
    for name in filled({collection.name for collection in (*made_of_it, *rest)}):
        mongo.collection(name).with_options(write_concern=QUICKLY).delete_many({})
    failures.failures().with_options(write_concern=WriteConcern("majority")).delete_many({})
    memory.forget()
    keys.ring.clear()


def sweep() -> None:
    for generation in generations.of_this_process():
        generations.sweep(generation)


def retry_those_aside() -> int:
    """As an operator does when a fold is mended."""
    fed, streams = list(generations.of_this_process()), defaultdict[str, list[str]](list)
    for noted in failures.notes_aside(generation.name for generation in fed):
        streams[noted["generation"]].append(noted["stream"])
    for generation in fed:
        if generation.name in streams:
            catching_up.retry(generation, streams[generation.name])
    return sum(map(len, streams.values()))


class Play:
    """Some give commands, some answer bells, and one sweeps when all commands are given."""

    def __init__(self, seed: int, wanted: type[Command] | None = None) -> None:
        self.seed, self.rng, self.wanted = seed, Random(f"history {seed}"), wanted
        self.stage = Stage(Random(f"baton {seed}"))
        self.counts: Counter[str] = Counter()
        self.clock, self.known = Clock(self.rng), Known()
        self.news: list[Commit] = []
        self.errors: list[str] = []
        self.giving, self.working = self.rng.choice((1, 1, 2)), self.rng.choice((1, 2, 3, 5))
        self.orders = self.rng.randint(12, 40) // self.giving
        self.failing = self.rng.random() < 0.15
        self.post = Post(self.rng, self.counts)
        self.late = self.rng.random() < 0.7
        """Whether the last bells come during the sweep; else it waits until none is left."""

    def run(self, boundary: Boundary) -> Outcome:
        for number in range(self.giving):
            self.stage.add(f"giver {number}", self._give)
        for number in range(self.working):
            self.stage.add(f"worker {number}", self._work, drowsy=True)
        self.stage.add("sweeper", self._sweep)
        with self._world_of_its_own(boundary):
            self.stage.play()
        return self._outcome()

    def _give(self) -> None:
        drawer = Drawer(self.rng, self.known, self.clock, wanted=self.wanted)
        evening = self.orders * self.rng.choice((0.3, 0.6, 0.8, 2))
        for number in range(self.orders):
            self.stage.late |= number > evening
            self._order(drawer)
        self.giving -= 1
        if not self.giving and self.rng.random() < 0.5:
            self.post.lose_all()

    def _order(self, drawer: Drawer) -> None:
        order = drawer.order()
        key = str(self.rng.random()) if self.rng.random() < 0.3 else None
        for _ in range(self.rng.choice((1, 1, 2)) if key else 1):
            self._may_die(0.06, 10)
            try:
                receipt = dispatch(order.command, actor=order.actor, key=key, at=order.at)
            except Refusal:
                self.counts["refused"] += 1
            except Crash:
                self.stage.bury()
                memory.forget()
            else:
                self.counts["repeated"] += receipt.replayed
            self.stage.will_crash(None)
            if self.news:
                self.counts[f"command {type(order.command).__name__}"] += 1
                self._hear_of_it()

    def _hear_of_it(self) -> None:
        self.counts["commands"] += 1
        self.clock.go_on()
        self.known.learn(self.news)
        self.post.ring(self.news)
        self.news.clear()

    def _work(self) -> None:
        while True:
            self.stage.pause(lambda: bool(self.post.letters) or not self.giving)
            if not self.post.letters:
                break
            self._answer(self.post.take())
        self.working -= 1

    def _answer(self, letters: list[Letter]) -> None:
        self._may_die(0.15, 8)
        try:
            followers.answer(
                generations.live(letters[0].read_model).name, {letter.stream: letter.version for letter in letters}
            )
        except ReadLess:
            self.post.give_back(letters)
        except Crash:
            self.stage.bury()
            if self.rng.random() < 0.5:
                self.post.give_back(letters)
        except Exception as error:
            self.errors.append(f"a worker had {error!r}")
        self.stage.will_crash(None)

    def _may_die(self, chance: float, calls: int) -> None:
        self.stage.will_crash(self.rng.randrange(calls) if self.rng.random() < chance else None)

    def _sweep(self) -> None:
        self.stage.pause(lambda: not self.giving and (self.late or not self.working))
        self.failing = False
        self.stage.begin_last_act()
        try:
            sweep()
            self.counts["retried"] += retry_those_aside()
        except Exception as error:
            self.errors.append(f"the sweep had {error!r}")

    @contextmanager
    def _world_of_its_own(self, boundary: Boundary) -> Iterator[None]:
        """Clock, ids and waiting as the seed has them; ended however the play ends."""
        ids = Random(f"ids {self.seed}")
        waiting = SimpleNamespace(sleep=lambda seconds: self.stage.pause(), monotonic=lambda: 0.0, time_ns=lambda: 0)
        folds = {name: replace(model, fold=self._failing(model)) for name, model in READ_MODELS.items()}
        with (
            patch.object(event_store, "now", self.clock.now),
            patch.object(dispatching, "uuid7", lambda: UUID(int=ids.getrandbits(128), version=4)),
            patch.object(dispatching, "time", waiting),
            patch.object(catching_up, "time", waiting),
            patch.object(generations, "time", waiting),
            patch.object(catching_up, "A_PASS", Random(f"passes {self.seed}").choice((3, 1_000))),
            patch.object(epoch, "has_changed", lambda: False),
            patch.object(snapshots, "EVERY", self.rng.choice((4, 50))),
            patch.object(failures.logger, "disabled", True),
            patch.object(boundary, "stage", self.stage),
            patch.dict(READ_MODELS, folds if self.failing else {}),
        ):
            generations.forget()
            bus.committed.connect(self._hear)
            try:
                yield
            finally:
                bus.committed.disconnect(self._hear)
        generations.forget()

    def _hear(self, commits: list[Commit], **rest: object) -> None:
        self.news += commits

    def _failing(self, model: ReadModel) -> Folds:
        def fold(document: Document, event: Event, commit: Commit) -> None:
            model.fold(document, event, commit)
            place = f"{self.seed} {model.name} {commit.stream} {commit.version}"
            if self.failing and zlib.crc32(place.encode()) % 20 == 0:
                self.counts["hiccups"] += 1
                raise Hiccup(place)

        return fold

    def _outcome(self) -> Outcome:
        # A worker may have failed before the fold was mended, and have noted it after the sweep.
        self.counts["retried"] += retry_those_aside()
        log, fed = reference.whole_log(), list(generations.of_this_process())
        counts, wrong = self.counts + self.stage.counts, self.errors
        counts.update(f"event {event.type_name}" for commit in log for event in commit.events)
        counts["histories"] += 1
        for generation in fed:
            wrong += comparison.differences(generation, log, counts)
        if not wrong:
            wrong += self._notes_that_stay()
        return Outcome(counts, wrong, self.stage.trace)

    def _notes_that_stay(self) -> list[str]:
        """A worker that was overtaken or died may leave a note of what did not fail in the end; until the next sweep."""
        if failures.failures().find_one():
            sweep()
        return [f"noted as failing: {noted}" for noted in failures.failures().find()]
