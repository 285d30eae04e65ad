"""How fresh documents say they are: never more than what is in them."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from pymongo.read_concern import ReadConcern

from efi.delivery import heartbeat, relay
from efi.log.event_store import now
from efi.reading import freshness, progress
from efi.reading.freshness import OVERDUE, STALE_AFTER
from efi.reading.generations import build_missing, live
from tests.efi import audit, faults
from tests.efi.bells import relay_until, seen, settled
from tests.given import elsewhere, restart, say
from tests.tavern.bar import keg, repricing
from tests.tavern.labels import TAGS, only

MOMENT = timedelta(milliseconds=1)
TOLD = []


def fold(document, event, commit):
    """Asks in its midst how fresh its documents are, which folds do not do."""
    TAGS.fold(document, event, commit)
    TOLD.append((commit.last, how_fresh().as_of))


@pytest.fixture(autouse=True)
def tags(restarted, monkeypatch):
    """Their freshness is written without waiting for a majority, and read here without waiting either."""
    at_once = freshness.entries().with_options(read_concern=ReadConcern("local"))
    monkeypatch.setattr(freshness, "entries", lambda: at_once)
    TOLD.clear()
    with only(replace(TAGS, fold=fold)):
        build_missing()
        yield


@pytest.fixture
def stout():
    """A relay is up to date with them, and gone."""
    keg_id = keg(price="8.50")
    relay_until(settled(keg_id, 1))
    return keg_id


def how_fresh():
    freshness.forget()
    return freshness.read([live(TAGS.name).name])


def ring(stream, version, *, first, last=None):
    relay.ring({stream: version}, first, last or first)


def moved(at):
    """Something that the tags do not follow."""
    ring("cellar:1", 1, first=at)


def test_documents_are_as_fresh_as_the_last_bells_that_were_answered():
    later = now() + timedelta(seconds=1)
    moved(later)
    assert how_fresh().as_of == later


def test_while_a_bell_is_under_way_they_are_no_fresher_than_it(stout):
    say(repricing(stout, "9.00"))
    first, last = now() + timedelta(seconds=1), now() + timedelta(seconds=2)
    ring(f"keg:{stout}", 2, first=first, last=last)
    version, as_of = TOLD[-1]
    assert version == 2
    assert as_of <= first < how_fresh().as_of == last


def test_while_an_older_bell_is_under_way_they_are_no_fresher_whoever_answers_others():
    older = now() + timedelta(seconds=1)
    progress.enter([live(TAGS.name).name], older)
    moved(older + timedelta(seconds=1))
    assert how_fresh().as_of == older


def test_they_do_not_become_less_fresh_by_a_relay_that_is_behind():
    later = now() + timedelta(seconds=2)
    moved(later)
    moved(later - timedelta(seconds=1))
    assert how_fresh().as_of == later


def test_at_every_call_of_a_relay_they_have_all_that_they_say(stout):
    for number in count(1):
        version = say(repricing(stout, f"{number + 10}.00")).version
        come = settled(stout, version)
        with faults.crash(number, arrived=True) as wire, suppress(faults.Crashed):
            relay_until(come)
        restart()
        assert seen(stout, version)() or how_fresh().as_of < audit.whole_log()[-1].recorded_at
        relay_until(seen(stout, version))
        if not wire.broke:
            break
    assert number > 8


def test_the_entries_of_a_relay_that_has_died_are_cleared_by_the_sweep(stout):
    say(repricing(stout, "9.00"))
    progress.enter([live(TAGS.name).name], died := now() - MOMENT)
    relay.sweep()
    assert how_fresh().as_of > died


def test_entries_are_cleared_however_many_there_are():
    left = {f"entries.{number}": now() - timedelta(minutes=1) for number in range(1_500)}
    freshness.entries().update_one({"_id": live(TAGS.name).name}, {"$set": left})
    relay.sweep()
    assert how_fresh().oldest_entry is None


def test_the_sweep_leaves_the_entries_of_bells_that_came_after_it_began(stout, monkeypatch):
    progress.enter([live(TAGS.name).name], later := now() + timedelta(seconds=1))
    relay.sweep()
    assert list(freshness.entries().find_one()["entries"].values()) == [later]


def test_a_built_generation_is_as_fresh_as_when_its_building_began():
    keg("Porter")
    began = now()
    with only(replace(TAGS, name="tags_of_another")):
        build_missing()
        assert freshness.read([live("tags_of_another").name]).as_of >= began


def test_the_least_fresh_of_several_speaks_for_all():
    names = [live(TAGS.name).name, "another"]
    progress.start_hearing(names[1], ("keg",), "others")
    progress.confirm([names[0]], "answered", later := now() + timedelta(seconds=5))
    assert freshness.read(names).as_of < freshness.read(names[:1]).as_of == later


def test_nothing_is_behind_by_less_than_nothing():
    progress.confirm([live(TAGS.name).name], "answered", now() + timedelta(seconds=5))
    assert how_fresh().behind == timedelta(0)


class TestStale:
    def test_is_a_bell_that_has_been_under_way_for_long(self):
        progress.enter([live(TAGS.name).name], now() - STALE_AFTER - MOMENT)
        assert how_fresh().stale

    def test_is_not_a_bell_that_has_just_been_rung(self):
        progress.enter([live(TAGS.name).name], now())
        assert not how_fresh().stale

    def test_is_a_relay_that_has_not_heard_the_heart_beat_for_long(self):
        freshness.entries().update_many({}, {"$set": {"confirmed": now() - OVERDUE - MOMENT}})
        assert how_fresh().stale

    def test_is_a_heart_beat_that_came_while_the_clock_was_ahead(self):
        freshness.entries().update_many({}, {"$set": {"confirmed": now() + timedelta(hours=1)}})
        assert how_fresh().stale

    def test_is_no_more_once_one_comes_after_the_clock_was_put_back(self):
        freshness.entries().update_many({}, {"$set": {"confirmed": now() + timedelta(hours=1)}})
        heartbeat.beat(now())
        relay_until(lambda: not how_fresh().stale)
        assert how_fresh().as_of <= now()

    def test_is_no_more_once_it_hears_it_again(self):
        freshness.entries().update_many({}, {"$set": {"confirmed": now() - OVERDUE - MOMENT}})
        heartbeat.beat(now())
        relay_until(lambda: not how_fresh().stale)
        assert not how_fresh().stale


def test_a_commit_of_another_process_is_rung_like_any(stout):
    elsewhere(f"keg:{stout}", *audit.facts_of(f"keg:{stout}"))
    relay_until(seen(stout, 2))
    assert TOLD[-1][0] == 2
