"""Bells on their way to read models: lost, doubled, late, many at once, and in any order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from efi.log.event_store import Commit
from efi.reading.catching_up import NEWEST
from efi.reading.projections import READ_MODELS, ReadModel

TRIES = 3
LOST, ONCE, TWICE, THRICE = 15, 45, 25, 15
AS_IT_IS, AHEAD_OF_THE_LOG, WHATEVER_THERE_IS = 90, 5, 5


@dataclass(frozen=True)
class Letter:
    """A bell for one read model."""

    read_model: str
    stream: str
    version: int
    tries: int = 0

    @property
    def place(self) -> tuple[str, str]:
        return self.read_model, self.stream


class Post:
    """What is on its way in one play."""

    def __init__(self, rng: Random, counts: Counter[str]) -> None:
        self.rng, self.counts = rng, counts
        self.letters: list[Letter] = []
        self.heard = rng.sample(list(READ_MODELS), min(len(READ_MODELS), rng.choice((2, 4, 100))))
        """Of few read models the workers meet more often; the rest have the sweep alone."""
        self.crowding = rng.choice((0, 0.5, 0.9))
        """How likely a bell comes next that is for what was just answered, so that workers meet."""
        self.last = Letter("", "", 0)

    def ring(self, commits: Iterable[Commit]) -> None:
        for commit in commits:
            for model in READ_MODELS.values():
                if model.follows(commit.stream):
                    copies = self._copies(model)
                    self.counts["dropped"] += not copies
                    self.counts["doubled"] += copies > 1
                    self.letters += [self._letter(model, commit) for _ in range(copies)]

    def take(self) -> list[Letter]:
        """Whichever comes, and with it others for the same read model."""
        alike = [letter for letter in self.letters if letter.place == self.last.place]
        crowded = alike and self.rng.random() < self.crowding
        self.last = first = self.rng.choice(alike if crowded else self.letters)
        self.letters.remove(first)
        same = [letter for letter in self.letters if letter.read_model == first.read_model]
        others = self.rng.sample(same, min(len(same), self.rng.choice((0, 0, 1, 3, 6))))
        for letter in others:
            self.letters.remove(letter)
        self.counts["bells"] += 1 + len(others)
        self.counts["batches"] += bool(others)
        return [first, *others]

    def give_back(self, letters: Iterable[Letter]) -> None:
        self.letters += [replace(letter, tries=letter.tries + 1) for letter in letters if letter.tries < TRIES]

    def lose_all(self) -> None:
        self.counts["dropped"] += len(self.letters)
        self.letters.clear()

    def _copies(self, model: ReadModel) -> int:
        return self.rng.choices(range(4), (LOST, ONCE, TWICE, THRICE))[0] if model.name in self.heard else 0

    def _letter(self, model: ReadModel, commit: Commit) -> Letter:
        versions = commit.last, commit.last + 1, NEWEST
        version = self.rng.choices(versions, (AS_IT_IS, AHEAD_OF_THE_LOG, WHATEVER_THERE_IS))[0]
        return Letter(model.name, commit.stream, version)
