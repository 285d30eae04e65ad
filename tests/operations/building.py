"""Read models of each shape that are built, beside a tavern that goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from efi.log.mongo import collection
from efi.reading import generations
from tests.convergence.comparison import differences
from tests.convergence.reference import whole_log
from tests.given import restart, say
from tests.tavern.bar import cellar, keg, repricing, tasting
from tests.tavern.labels import SHAPES, only

KEGS = 12


@pytest.fixture
def shapes(store: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of a fold, rows, a journal and a tally there is a generation each, of a small tavern."""
    monkeypatch.setattr(generations, "REREAD", 0.0)
    restart()
    with only(*SHAPES):
        tap_kegs()
        generations.build_missing()
        yield
    restart()


def tap_kegs() -> None:
    place = cellar()
    for number in range(KEGS):
        say(tasting(made := keg(f"Keg {number}", cellar_id=place, price="8.50")))
        say(repricing(made, "9.00"))


def silent(step: str, done: int, total: int) -> None:
    """Of a rebuild, to nobody."""


def at(step: str, act: Callable[[], Any]) -> Callable[[str, int, int], None]:
    """Does something once, when a rebuild comes to a step."""
    waiting = [act]

    def told(now_at: str, done: int, total: int) -> None:
        if now_at == step and waiting:
            waiting.pop()()

    return told


def generations_in_the_store(name: str) -> set[str]:
    """Whose collections are there."""
    names = collection(name).database.list_collection_names()
    return {one.removesuffix("_facts") for one in names if one.startswith(f"{name}_") and "_v" not in one}


def the_documents_agree(name: str) -> None:
    """Those of one read model, with a plain fold of the log."""
    counts = Counter[str]()
    assert differences(generations.live(name), whole_log(), counts) == []
    assert counts["documents"], "there was nothing to compare"
