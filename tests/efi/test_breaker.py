"""The circuit breaker, by a clock that the test moves."""

import threading

import pytest

from efi.runtime import breaker
from efi.runtime.breaker import Breaker, Open


class Broken(Exception):
    pass


class Refused(Exception):
    pass


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(breaker.time, "monotonic", clock.monotonic)
    return clock


@pytest.fixture
def engine(clock):
    return Breaker("engine", failures=3, rest=2.0)


def asked(engine, *, fails=False, how=Broken):
    """What the caller gets."""
    try:
        with engine.guarded():
            if fails:
                raise how
    except (Broken, Open, Refused) as error:
        return type(error)
    return "an answer"


def broken(engine):
    return [asked(engine, fails=True) for _ in range(engine.failures)]


def test_what_works_is_asked(engine):
    assert asked(engine) == "an answer"


def test_after_three_failures_in_a_row_nobody_is_let_through(engine):
    assert broken(engine) == [Broken] * 3
    assert [asked(engine) for _ in range(9)] == [Open] * 9
    assert engine.is_open


def test_an_answer_between_two_failures_forgives_the_first(engine):
    for _ in range(9):
        asked(engine, fails=True)
        assert asked(engine) == "an answer"


def test_what_an_engine_refuses_is_an_answer_too(clock):
    engine = Breaker("engine", is_failure=lambda error: not isinstance(error, Refused))
    assert [asked(engine, fails=True, how=Refused) for _ in range(9)] == [Refused] * 9
    for _ in range(9):
        asked(engine, fails=True)
        asked(engine, fails=True, how=Refused)
    assert not engine.is_open


def test_after_a_rest_one_alone_tries(engine, clock):
    broken(engine)
    clock.now += 2.1
    with engine.guarded():
        assert [asked(engine) for _ in range(3)] == [Open] * 3
    assert [asked(engine) for _ in range(3)] == ["an answer"] * 3


def test_who_tries_in_vain_makes_it_rest_again(engine, clock):
    broken(engine)
    clock.now += 2.1
    assert asked(engine, fails=True) == Broken
    assert asked(engine) == Open
    clock.now += 2.1
    assert asked(engine) == "an answer"


def test_of_many_threads_one_tries(engine, clock):
    broken(engine)
    clock.now += 2.1
    said, together = [], threading.Barrier(8)

    def ask():
        together.wait()
        said.append(asked(engine, fails=True))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.__name__ for one in said) == ["Broken"] + ["Open"] * 7
