"""An empty log, as a process finds it that has just started."""

from collections.abc import Iterator

import pytest

from efi.delivery import relay
from efi.reading import generations
from tests.given import restart
from tests.tavern.labels import SHAPES, only


@pytest.fixture
def restarted(store: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relay, "WAIT_MS", 20)
    restart()
    yield
    restart()


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
