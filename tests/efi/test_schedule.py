"""What the clock brings about: every job at its time, whatever became of the others, and the heartbeat."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Semaphore

import pytest
from pymongo.errors import AutoReconnect

from efi.delivery import heartbeat, schedule
from efi.delivery.schedule import Scheduled, apart, every, run_due
from efi.domain.errors import Unavailable
from efi.log import event_store
from efi.operations.verification import hourly_check
from efi.operations.verification.verify import subjects
from efi.runtime import threads
from efi.runtime.metrics import JOB_FAILURES
from tests.efi import audit
from tests.efi.crowd import at_once

pytestmark = pytest.mark.usefixtures("restarted")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """Told the time instead of waiting for it."""

    def __init__(self) -> None:
        self.passed = 1_000.0

    def passes(self, seconds: float) -> None:
        self.passed += seconds
        for scheduled in schedule.JOBS:
            run_due(scheduled)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(schedule, "JOBS", [])
    monkeypatch.setattr(schedule.time, "monotonic", lambda: made.passed)
    monkeypatch.setattr(schedule, "now", lambda: NOON)
    return made


def test_a_job_is_given_the_time(clock):
    given = []
    every(timedelta(seconds=5))(given.append)
    clock.passes(0)
    assert given == [NOON]


def test_a_job_comes_again_at_its_time_and_not_before(clock):
    given = []
    every(timedelta(seconds=5))(given.append)
    for seconds in (0, 4, 1, 4, 1):
        clock.passes(seconds)
    assert len(given) == 3


def test_a_job_that_is_not_to_be_among_the_first_comes_when_it_was_told_to(clock):
    given = []
    every(timedelta(minutes=60), first=timedelta(minutes=1))(given.append)
    for seconds, times in ((59, 0), (1, 1), (60, 1), (3540, 2)):
        clock.passes(seconds)
        assert len(given) == times


def test_a_job_that_fails_is_logged_and_comes_again(clock, caplog):
    def water_the_plants(at):
        raise ZeroDivisionError

    every(timedelta(seconds=5))(water_the_plants)
    for _ in range(2):
        clock.passes(5)
    assert caplog.text.count("water_the_plants failed and will be tried again") == 2


def counted(job):
    return JOB_FAILURES.labels(job)._value.get()


@pytest.mark.parametrize(("error", "times"), [(ZeroDivisionError, 1), (AutoReconnect, 0), (Unavailable, 0)])
def test_a_job_that_fails_is_counted_unless_the_store_is_away(clock, error, times):
    def water_the_plants(at):
        raise error

    before = counted("water_the_plants")
    every(timedelta(seconds=5))(water_the_plants)
    clock.passes(5)
    assert counted("water_the_plants") - before == times


def test_a_job_that_fails_on_one_thing_goes_on_with_the_others_and_is_counted(caplog):
    before, done = counted("water"), []
    for plant in ("fern", "cactus", "basil"):
        with apart("water", plant):
            assert plant != "cactus"
            done.append(plant)
    assert (done, counted("water") - before) == (["fern", "basil"], 1)
    assert "water failed on cactus and goes on with the others" in caplog.text


def test_a_job_stops_while_the_store_is_away():
    with pytest.raises(AutoReconnect), apart("water", "fern"):
        raise AutoReconnect


def test_the_hourly_check_goes_on_with_the_other_subjects(monkeypatch, caplog):
    looked = []

    def verify(name):
        looked.append(name)
        assert name != "log"

    monkeypatch.setattr(hourly_check, "_verify", verify)
    hourly_check.verify_a_sample(NOON)
    assert looked == list(subjects())
    assert "verify_a_sample failed on log and goes on with the others" in caplog.text


def test_a_job_that_fails_keeps_no_other_waiting(clock):
    def water_the_plants(at):
        raise ZeroDivisionError

    given = []
    for job in (water_the_plants, given.append):
        every(timedelta(seconds=5))(job)
    clock.passes(5)
    assert given == [NOON]


@pytest.mark.alone
def test_all_jobs_together_are_waited_for_no_longer_than_one(monkeypatch):
    begun, never = Semaphore(0), Event()

    def water_the_plants(at):
        begun.release()
        never.wait()

    monkeypatch.setattr(schedule, "stopping", Event())
    monkeypatch.setattr(threads, "LEAVING", 0.5)
    monkeypatch.setattr(schedule, "JOBS", [Scheduled(water_the_plants, 5, 0.0) for _ in range(8)])
    end = schedule.start()
    for _ in schedule.JOBS:
        begun.acquire()
    began = time.monotonic()
    end()
    assert time.monotonic() - began < 4 * 0.5
    never.set()


def test_the_heart_beats_and_the_net_is_cast_on_schedule():
    periods = {scheduled.job.__name__: scheduled.seconds for scheduled in schedule.JOBS}
    assert (periods["beat"], periods["sweep"]) == (5, 600)


def test_a_heartbeat_is_in_the_log():
    heartbeat.beat(NOON)
    heartbeat.beat(NOON + timedelta(seconds=5))
    assert audit.heads() == {"heartbeat:2026-03-02": 2}


def test_a_day_has_a_stream_of_its_own():
    for days in (0, 1):
        heartbeat.beat(NOON + timedelta(days=days))
    assert audit.heads() == {"heartbeat:2026-03-02": 1, "heartbeat:2026-03-03": 1}


def test_a_heartbeat_after_the_clock_was_put_back_is_recorded_no_earlier_than_the_one_before(monkeypatch):
    later = event_store.now() + timedelta(hours=1)
    monkeypatch.setattr(event_store, "now", lambda: later)
    heartbeat.beat(NOON)
    monkeypatch.undo()
    heartbeat.beat(NOON)
    assert [commit.recorded_at for commit in event_store.read("heartbeat:2026-03-02")] == [later, later]


def test_of_many_who_beat_at_once_one_is_enough():
    at_once([partial(heartbeat.beat, NOON)] * 8)
    assert 1 <= event_store.head("heartbeat:2026-03-02") <= 8
    audit.the_write_side_agrees()
