"""Documents that are refolded on demand, while bells are answered and workers die, converge as all others do."""

from collections.abc import Callable
from random import Random

import pytest

from efi.reading import generations, refolding
from efi.reading.folding import FoldFailed
from efi.reading.projections import Generation, identity_in
from efi.reading.refolding import Overtaken, refold
from tests.convergence.baton import Boundary, Crash
from tests.convergence.plays import Outcome, Play, empty_the_shop
from tests.convergence.post import Letter

HISTORIES, MOST_HISTORIES = range(6), range(40)
OFTEN = 0.4


class Refolds(Play):
    """Whoever has answered a bell now and then refolds a document that it has named."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.chance = Random(f"refolds {seed}")

    def _answer(self, letters: list[Letter]) -> None:
        super()._answer(letters)
        if self.chance.random() < OFTEN:
            self._refold(generations.live(letters[0].read_model), identity_in(letters[0].stream))

    def _refold(self, generation: Generation, identity: str) -> None:
        self.stage.will_crash(self.chance.randrange(8) if self.chance.random() < 0.1 else None)
        try:
            refold(generation, identity)
            self.counts["refolded"] += 1
        except (Overtaken, FoldFailed):
            self.counts["not refolded"] += 1
        except Crash:
            self.stage.bury()
        self.stage.will_crash(None)


def played(seed: int, boundary: Boundary) -> Outcome:
    empty_the_shop()
    return Refolds(seed).run(boundary)


def test_what_is_refolded_meanwhile_converges(boundary: Boundary, say: Callable[[str], None]) -> None:
    outcomes = [played(seed, boundary) for seed in HISTORIES]
    refolded = sum(one.counts["refolded"] for one in outcomes)
    say(f"refolded: {len(HISTORIES)} histories, {refolded} documents refolded meanwhile")
    assert [line for one in outcomes for line in one.differences] == []
    assert refolded


def test_a_refold_that_counts_again_what_was_counted_is_noticed(
    boundary: Boundary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refolding, "_yielded", lambda *_: {})
    assert any(played(seed, boundary).differences for seed in MOST_HISTORIES)
