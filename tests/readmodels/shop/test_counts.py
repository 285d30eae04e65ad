"""What each filter would leave is counted once for many."""

import threading
from types import SimpleNamespace

import pytest

from efi.runtime.process_cache import ProcessCache
from readmodels.shop import counts

FOUND = {"in_stock": [{"value": "true", "count": 3}, {"value": "false", "count": 1}]}


class Listing:
    """One that notes how often it is counted, and takes its time when told to."""

    def __init__(self) -> None:
        self.products, self.tree, self.conditions = SimpleNamespace(name="olives"), SimpleNamespace(revision=1), {}
        self.counted, self.begun, self.go_on = 0, threading.Event(), threading.Event()
        self.go_on.set()

    def facets(self, names, fresh):
        self.counted += 1
        self.begun.set()
        self.go_on.wait(10)
        return FOUND


@pytest.fixture
def listing(monkeypatch):
    monkeypatch.setattr(counts, "_counts", ProcessCache())
    monkeypatch.setattr(counts, "_counting", ProcessCache())
    return Listing()


def test_who_looks_in_the_same_moment_sees_the_same_count(listing):
    assert counts.of(listing, None) is counts.of(listing, None)
    assert listing.counted == 1


def test_afterwards_it_is_counted_anew(listing, monkeypatch):
    counts.of(listing, None)
    monkeypatch.setattr(counts, "STAND_FOR", 0.0)
    counts.of(listing, None)
    assert listing.counted == 2


def test_while_one_counts_the_others_see_what_was_counted_before(listing, monkeypatch):
    before = counts.of(listing, None)
    monkeypatch.setattr(counts, "STAND_FOR", 0.0)
    listing.begun.clear()
    listing.go_on.clear()
    counter = threading.Thread(target=counts.of, args=(listing, None))
    counter.start()
    assert listing.begun.wait(10)
    assert counts.of(listing, None) is before
    listing.go_on.set()
    counter.join()
    assert listing.counted == 2


def test_a_fault_while_counting_keeps_nobody_waiting(listing, monkeypatch):
    def fail(*_):
        raise ValueError("no store")

    with monkeypatch.context() as broken:
        broken.setattr(listing, "facets", fail)
        with pytest.raises(ValueError, match="no store"):
            counts.of(listing, None)
    assert counts.of(listing, None).total(None) == 4


def test_the_total_is_of_what_is_in_stock_where_that_was_asked(listing):
    assert [counts.of(listing, None).total(one) for one in (None, "true", "false")] == [4, 3, 1]
