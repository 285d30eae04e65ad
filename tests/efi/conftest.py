"""An empty log, as a process finds it that has just started."""

from collections.abc import Iterator

import pytest

from efi.delivery import relay
from efi.reading import generations
from efi.writing.repository import memory
from tests.tavern.labels import SHAPES, only


@pytest.fixture
def restarted(store: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relay, "WAIT_MS", 20)
    restart()
    yield
    restart()


def restart() -> None:
    """What a process holds in memory is gone."""
    memory.forget()
    generations.forget()


@pytest.fixture
def documents(restarted: None) -> None:
    """Every read model has its generation."""
    generations.build_missing()


@pytest.fixture
def tagged(restarted: None) -> Iterator[None]:
    """Of the tavern's kegs there are a fold, rows, a journal and a tally, each with its generation."""
    with only(*SHAPES):
        generations.build_missing()
        yield
