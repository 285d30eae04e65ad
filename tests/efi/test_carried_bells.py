"""How fresh documents say they are while a broker carries their bells: never more than what is in them."""

from datetime import datetime, timedelta

import pytest
from pymongo.read_concern import ReadConcern

from efi.delivery import broker, relay, tasks
from efi.log.event_store import now
from efi.reading import freshness, generations, progress
from efi.reading.catching_up import ReadLess
from efi.reading.followers import Outage
from efi.reading.generations import live
from efi.reading.projections import READ_MODELS
from tavern.records import kegs, supplies
from tests.tavern.bar import keg
from tests.tavern.labels import only

RECORDS, SUPPLIES = READ_MODELS[kegs.NAME], READ_MODELS[supplies.NAME]
MOMENT = timedelta(milliseconds=1)
CARRIED = []
"""What a broker was given, in its order: the route, and what it is told."""


@pytest.fixture(autouse=True)
def carried(restarted, settings, monkeypatch):
    """A broker that keeps all it is given, for a fold and a tally."""
    at_once = ReadConcern("local")
    entries, under_way = freshness.entries(), freshness.under_way()
    monkeypatch.setattr(freshness, "entries", lambda: entries.with_options(read_concern=at_once))
    monkeypatch.setattr(freshness, "under_way", lambda: under_way.with_options(read_concern=at_once))
    monkeypatch.setattr(broker, "publish", lambda task, route, told: CARRIED.append((route, told)))
    monkeypatch.setattr(progress, "_confirmed_at", {})
    settings.BROKER_URL = "amqp://carried"
    CARRIED.clear()
    with only(RECORDS, SUPPLIES):
        generations.build_missing()
        yield


def records():
    return live(RECORDS.name).name


def as_of(name):
    freshness.forget()
    return freshness.read([name]).as_of


def arrive(name, told):
    """One of those that heard it has answered."""
    entry, until = told["sent"]
    progress.arrived(name, entry, datetime.fromisoformat(until))


def test_bells_that_a_sweep_left_under_way_are_still_under_way():
    first, swept, last = (now() + number * MOMENT for number in (1, 2, 3))
    progress.send({"others.keg": {"keg:1": 1, "keg:2": 1}}, first, last)
    progress.clear(records(), swept)
    progress.arrived(records(), "", last + MOMENT)
    assert as_of(records()) == first


def test_bells_of_before_a_sweep_are_done():
    first, last, swept = (now() + number * MOMENT for number in (1, 2, 3))
    progress.send({"others.keg": {"keg:1": 1}}, first, last)
    progress.clear(records(), swept)
    assert as_of(records()) == swept


def test_while_a_relay_rings_all_streams_none_is_fresher_than_before(monkeypatch):
    monkeypatch.setattr(generations, "bells_of", lambda streams: ({stream: version} for stream, version in streams))
    one, other = keg("Stout"), keg("Porter")
    before = as_of(records())
    told = []

    def publish(task, route, said):
        told.append(said)
        arrive(records(), said)
        if len(told) == 1:
            assert as_of(records()) == before

    monkeypatch.setattr(broker, "publish", publish)
    relay.sweep()
    assert {stream for said in told for stream in said["bells"]} >= {f"keg:{one}", f"keg:{other}"}


def test_a_bell_that_was_given_up_is_not_said_to_be_in(monkeypatch):
    keg()
    before = as_of(records())
    relay.ring({"keg:1": 7}, now() + MOMENT, now() + 2 * MOMENT, "others")
    monkeypatch.setattr("efi.reading.followers.TRIES_AT_READING", 0)

    def answer(name, bells):
        raise ReadLess("keg:1 below 7")

    monkeypatch.setattr("efi.reading.followers.answer", answer)
    _, told = CARRIED[0]
    tasks.answer(records(), told["bells"], *told["sent"])
    assert as_of(records()) == before


def test_who_hears_nothing_of_what_was_rung_has_everything_up_to_it():
    first, last = now() + MOMENT, now() + 2 * MOMENT
    relay.ring({"cellar:1": 1}, first, last, "others")
    assert as_of(records()) == last


def test_what_a_broker_did_not_take_passes_nobody_by(monkeypatch):
    def refuse(task, route, told):
        raise Outage

    monkeypatch.setattr(broker, "publish", refuse)
    before = as_of(records())
    with pytest.raises(Outage):
        relay.ring({"cellar:1": 1}, now() + MOMENT, now() + 2 * MOMENT, "others")
    assert as_of(records()) == before


@pytest.mark.parametrize(("stands_for", "shown"), [(60.0, 0), (0.0, 1)])
def test_how_far_a_follower_has_come_is_written_as_often_as_it_is_read_anew(monkeypatch, stands_for, shown):
    monkeypatch.setattr(freshness, "STANDS_FOR", stands_for)
    moments = [now() + number * MOMENT for number in (1, 2)]
    for number, moment in enumerate(moments, 1):
        relay.ring({"keg:1": number}, moment, moment, "others")
        arrive(records(), CARRIED[-1][1])
    assert as_of(records()) == moments[shown]
