"""After MongoDB was started again: bells that it holds for unanswered, as its crash took the answer back."""

from datetime import timedelta

import pytest
from pymongo.read_concern import ReadConcern

from efi.delivery import restarts
from efi.delivery.restarts import Seen, sweep_after_a_restart
from efi.log.event_store import now
from efi.reading import freshness, progress
from efi.reading.freshness import STALE_AFTER
from efi.reading.generations import build_missing, live
from tests.given import say
from tests.tavern.bar import keg, repricing
from tests.tavern.labels import SHAPES, TAGS, only


@pytest.fixture(autouse=True)
def tags(restarted, monkeypatch):
    """Their freshness is written without waiting for a majority, and read here without waiting either."""
    at_once = freshness.entries().with_options(read_concern=ReadConcern("local"))
    monkeypatch.setattr(freshness, "entries", lambda: at_once)
    monkeypatch.setattr(restarts, "seen", Seen())
    with only(*SHAPES):
        build_missing()
        yield


@pytest.fixture
def started_again(monkeypatch):
    """This process has met MongoDB, which has crashed since."""
    for _ in range(2):
        sweep_after_a_restart(now())
    monkeypatch.setattr(restarts, "start_of_mongodb", lambda: "another")


def bells_are_left():
    progress.enter([live(TAGS.name).name], now() - STALE_AFTER - timedelta(seconds=1))


def is_stale():
    freshness.forget()
    return freshness.read([live(TAGS.name).name]).stale


def test_what_is_left_of_before_is_cleared_by_the_second_look(started_again):
    bells_are_left()
    sweep_after_a_restart(now())
    assert is_stale()
    sweep_after_a_restart(now())
    assert not is_stale()


def test_it_is_cleared_by_a_sweep_so_that_nothing_is_called_complete_that_is_not(started_again):
    stout = keg(price="8.50")
    say(repricing(stout, "9.00"))
    bells_are_left()
    for _ in range(2):
        sweep_after_a_restart(now())
    assert live(TAGS.name).documents.find_one({"_id": str(stout)})["price"] == "9.00"


def test_bells_that_are_under_way_without_a_restart_are_left_to_whoever_answers_them():
    for _ in range(2):
        sweep_after_a_restart(now())
    bells_are_left()
    for _ in range(2):
        sweep_after_a_restart(now())
    assert is_stale()


def test_a_process_that_starts_clears_what_another_has_left():
    bells_are_left()
    for _ in range(2):
        sweep_after_a_restart(now())
    assert not is_stale()


def test_a_start_of_mongodb_is_told_from_another_by_its_process():
    assert restarts.start_of_mongodb() == restarts.start_of_mongodb() is not None
