"""How late documents are: measured of what a bell brought, and of nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from efi.delivery import heartbeat
from efi.operations.monitoring import gauges
from efi.reading import followers, generations
from efi.runtime.metrics import BELLS, DELAY, HANDLED, HEARTBEAT_AT, name_of, observe_delay
from efi.writing.repository import memory
from tests.given import NOW, say
from tests.tavern.bar import keg, repricing
from tests.tavern.labels import TAGS, only


@pytest.fixture
def tagged(store):
    memory.forget()
    generations.forget()
    with only(TAGS):
        generations.build_missing()
        yield
    generations.forget()


def told(metric, *labels):
    """What it stands at, by the end of a sample's name."""
    samples = next(iter(metric.collect())).samples
    return {
        one.name.rpartition("_")[2]: one.value for one in samples if tuple(one.labels.values())[: len(labels)] == labels
    }


def rung(stream, version):
    followers.answer(generations.live(TAGS.name).name, {stream: version})


def test_what_a_bell_brought_is_measured_once(tagged):
    stout, before = keg(), told(DELAY, TAGS.name).get("count", 0)
    for _ in range(2):
        rung(f"keg:{stout}", 1)
    assert told(DELAY, TAGS.name)["count"] == before + 1


def test_a_sweep_finds_what_is_not_late(tagged):
    keg()
    before = told(DELAY, TAGS.name), told(HANDLED, TAGS.name)
    generations.sweep(generations.live(TAGS.name))
    assert generations.live(TAGS.name).documents.count_documents({}) == 1
    assert (told(DELAY, TAGS.name), told(HANDLED, TAGS.name)) == before


def test_each_commit_is_counted_and_the_newest_tells_how_late_they_are(tagged):
    stout = keg()
    say(repricing(stout, "9.00"))
    before = told(HANDLED, TAGS.name).get("total", 0)
    rung(f"keg:{stout}", 2)
    assert told(HANDLED, TAGS.name)["total"] - before == 2


def test_a_bell_that_could_not_be_answered_is_told_apart(tagged, monkeypatch):
    def away(*_):
        raise ConnectionError

    one = followers.of_generation(generations.live(TAGS.name))
    monkeypatch.setattr(followers.catching_up, "catch_up", away)
    before = told(BELLS, TAGS.name, "unanswered").get("total", 0)
    with pytest.raises(ConnectionError):
        followers.hear(one, {"keg:1": 1})
    assert told(BELLS, TAGS.name, "unanswered")["total"] == before + 1


def test_a_clock_that_runs_behind_makes_nothing_early():
    before = told(DELAY, "ahead").get("sum", 0)
    observe_delay("ahead", datetime.now(UTC) + timedelta(seconds=5))
    assert told(DELAY, "ahead")["sum"] == before


def test_a_heartbeat_that_came_while_the_clock_was_ahead_does_not_hide_that_no_more_comes(tagged):
    heartbeat.beat(NOW + timedelta(hours=1))
    assert gauges.measure(NOW)[name_of(HEARTBEAT_AT), ()] == (NOW - timedelta(hours=1)).timestamp()
