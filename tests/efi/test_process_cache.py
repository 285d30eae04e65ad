"""What a process keeps in memory: made once, made anew when it is too old, never too many."""

import time

from efi.runtime.process_cache import ProcessCache


class Maker:
    """Counts what it makes, and notes what it was given."""

    def __init__(self):
        self.given = []

    def __call__(self, earlier):
        self.given.append(earlier)
        return len(self.given)


def test_what_was_made_is_shown_again():
    cache, make = ProcessCache(), Maker()
    assert [cache.get("olives", make), cache.get("olives", make)] == [1, 1]


def test_what_was_made_too_long_ago_is_made_anew_out_of_what_there_was():
    cache, make = ProcessCache(), Maker()
    cache.get("olives", make)
    assert cache.get("olives", make, since=time.monotonic() + 1) == 2
    assert make.given == [None, 1]


def test_what_was_being_made_before_somebody_came_is_too_old_for_them():
    cache, came = ProcessCache(), []

    def make(_):
        came.append(time.monotonic())
        return len(came)

    cache.get("olives", make)
    assert cache.get("olives", make, since=came[0]) == 2


def test_what_was_made_last_can_be_asked_for_however_old_it_is():
    cache = ProcessCache()
    assert cache.earlier("olives") is None
    cache.get("olives", lambda _: "green")
    assert cache.earlier("olives") == "green"


def test_a_value_too_many_empties_it():
    cache = ProcessCache(2)
    for key in ("olives", "feta", "honey"):
        cache.get(key, lambda _: True)
    assert [cache.earlier(key) for key in ("olives", "feta", "honey")] == [None, None, True]


def test_a_fault_leaves_what_was_there():
    cache = ProcessCache()
    cache.get("olives", lambda _: "green")
    try:
        cache.get("olives", lambda _: 1 / 0, since=time.monotonic() + 1)
    except ZeroDivisionError:
        assert cache.earlier("olives") == "green"
