"""Any history of commands, any delivery of its bells, and one sweep: every document is what the log in order makes of it.

A seed that fails plays the same again: EFI_SEED=137 .venv/bin/python -m pytest -s tests/convergence -k played_again
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest

from efi.domain.context import Context
from efi.domain.errors import Rejected
from efi.domain.events import EVENTS
from efi.reading.projections import READ_MODELS
from efi.writing.commands import HANDLERS, Command, Handled, command
from tests.convergence.baton import Boundary
from tests.convergence.histories import BEYOND, Undrawable
from tests.convergence.plays import play
from tests.convergence.rehearsal import without_gaps

HISTORIES, MORE_HISTORIES = range(60), range(60, 1_060)
PURSUED = range(2_000, 2_340)
"""Histories that are played as far as the others lack something."""
EACH_HISTORY_HAS = {
    "commands": 14,
    "bells": 28,
    "dropped": 20,
    "doubled": 8,
    "batches": 6,
    "crashes": 1.5,
    "lost races": 3,
    "retried": 0.02,
    "points": 110,
    "documents": 12,
}
"""On the average, at least."""


def test_every_document_is_what_the_log_makes_of_it(boundary: Boundary, say: Callable[[str], None]) -> None:
    _converge(HISTORIES, boundary, say)


@pytest.mark.long
def test_every_document_is_what_the_log_makes_of_it_in_many_more_histories(
    boundary: Boundary, say: Callable[[str], None]
) -> None:
    _converge(MORE_HISTORIES, boundary, say)


def _converge(seeds: Iterable[int], boundary: Boundary, say: Callable[[str], None]) -> None:
    total: Counter[str] = Counter()
    wrong = []
    for seed, wanted in _with_what_is_missed(seeds, total):
        outcome = play(seed, boundary, wanted)
        total.update(outcome.counts)
        towards = f" towards {wanted.__name__}" if wanted else ""
        wrong += [f"seed {seed}{towards}: {line}" for line in outcome.differences]
    say(", ".join(f"{total[name]} {name}" for name in ("histories", *EACH_HISTORY_HAS)))
    assert not wrong, "\n".join(wrong)
    assert not lacking(total)
    few = {name: total[name] for name, floor in EACH_HISTORY_HAS.items() if total[name] < floor * total["histories"]}
    assert not few


def _with_what_is_missed(seeds: Iterable[int], total: Counter[str]) -> Iterator[tuple[int, type[Command] | None]]:
    """Yields seeds; then, while something has not come into any play, more of them, towards a command that has not."""
    yield from ((seed, None) for seed in seeds)
    for seed in PURSUED:
        if not lacking(total):
            return
        missed = [kind for kind in HANDLERS if not total[f"command {kind.__name__}"] and kind.__name__ not in BEYOND]
        yield seed, missed[seed % len(missed)] if missed else None


def lacking(total: Counter[str]) -> list[str]:
    """What is registered and did not come into any play."""
    apps = {kind.__module__.partition(".")[0] for kind in HANDLERS}
    kinds = [f"command {kind.__name__}" for kind in HANDLERS]
    events = [f"event {name}" for name in EVENTS if name.partition(".")[0] in apps]
    facts = [f"documents of {name} facts" for name in READ_MODELS]
    return [
        f"{name}: none came; histories.py must know more of it"
        for name in (*kinds, *events, *facts)
        if not total[name] and name.partition(" ")[2] not in BEYOND
    ]


if "EFI_SEED" in os.environ:

    def test_one_seed_played_again(boundary: Boundary) -> None:
        outcome = play(int(os.environ["EFI_SEED"]), boundary)
        print(*outcome.trace, sep="\n")
        assert not outcome.differences


def test_nothing_is_rehearsed_upon_what_a_giver_died_before_it_told() -> None:
    told = [SimpleNamespace(version=version, last=version) for version in (2, 4, 1)]
    assert [one.version for one in without_gaps(told)] == [1, 2]


def test_a_seed_plays_the_same_each_time(boundary: Boundary) -> None:
    for seed in range(5):
        # On a busy machine MongoDB now and then aborts a transaction to make room, which nobody has drawn.
        assert any(play(seed, boundary).trace == play(seed, boundary).trace for _ in range(3))


def test_a_read_model_is_in_the_plays_once_it_is_registered(newcomer: str, boundary: Boundary) -> None:
    outcomes = [play(seed, boundary) for seed in range(8)]
    assert sum(outcome.counts[f"documents of {newcomer} facts"] for outcome in outcomes)
    assert not [line for outcome in outcomes for line in outcome.differences]


def test_a_command_is_in_the_plays_once_it_is_registered(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Praise] = []
    register(Praise, given.append, monkeypatch)
    for seed in range(5):
        play(seed, boundary)
    assert {praise.stars for praise in given} > {1}


def test_a_command_that_is_never_accepted_is_named(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    register(Praise, lambda praise: None, monkeypatch)
    assert any("Praise" in line for line in lacking(play(0, boundary).counts))


def test_a_field_that_cannot_be_drawn_is_named(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    register(Sing, lambda song: None, monkeypatch)
    with pytest.raises(Undrawable, match=r"Sing\.tune"):
        _converge(range(20), boundary, print)


@command
class Praise(Command):
    """A command that the catalogue does not have."""

    product_id: UUID
    stars: int
    worth: Decimal


@command
class Sing(Command):
    """One with a field of a kind that no command has."""

    tune: complex


def register(kind: type[Command], hear: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(given: Command, context: Context) -> None:
        hear(given)
        raise Rejected("nobody praises or sings here")

    monkeypatch.setitem(HANDLERS, kind, Handled(kind, handler, transaction=False, creates=False))
