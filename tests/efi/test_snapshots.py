"""Snapshots spare a reading; whether there is one makes no other difference."""

import inspect
import sys
from datetime import UTC, datetime
from types import ModuleType
from uuid import UUID

import pytest
from pymongo.errors import AutoReconnect

from efi.delivery.heartbeat import Heartbeat
from efi.domain.aggregate import AGGREGATES, Aggregate
from efi.writing import snapshots
from efi.writing.repository import Repository, memory
from tavern.commands.kegs import kegs
from tavern.commands.tabs import OrderFlight
from tavern.domain.cellar import Cellar
from tavern.domain.keg import Keg
from tests.efi import audit
from tests.given import bbd, say
from tests.registered import brought
from tests.tavern.bar import cellar, keg, repricing, tab

pytestmark = pytest.mark.usefixtures("restarted")

EVERY = 3
IMAGINED = "1234.00"


@pytest.fixture(autouse=True)
def often(monkeypatch):
    assert snapshots.EVERY == 50
    monkeypatch.setattr(snapshots, "EVERY", EVERY)


def kept(stream):
    return snapshots.snapshots().find_one({"_id": stream})


def repriced(times):
    keg_id = keg()
    for number in range(times):
        say(repricing(keg_id, f"{number + 9}.00"))
    return keg_id


@pytest.mark.parametrize(("changes", "version"), [(1, None), (2, 3), (4, 3), (5, 6)])
def test_one_is_kept_at_every_so_many_events(changes, version):
    kept_one = kept(f"keg:{repriced(changes)}")
    assert (kept_one and kept_one["state"]["version"]) == version


def test_one_is_kept_where_a_commit_steps_over_its_version():
    tab_id, damp = tab(), cellar()
    keg_ids = tuple(keg(name, cellar_id=damp) for name in ("Stout", "Porter", "Mild", "Perry"))
    say(OrderFlight(tab_id=tab_id, keg_ids=keg_ids))
    assert kept(f"tab:{tab_id}")["state"]["version"] == 5


def imagine(keg_id):
    """A price that no event has set shows whether the snapshot was read."""
    snapshots.snapshots().update_one({"_id": f"keg:{keg_id}"}, {"$set": {"state.price.amount": IMAGINED}})


def test_one_is_read_instead_of_the_events_before_it():
    keg_id = repriced(2)
    imagine(keg_id)
    assert kegs.load(keg_id).price == bbd(IMAGINED)


def test_what_has_happened_since_is_read_on_top_of_it():
    keg_id = repriced(3)
    imagine(keg_id)
    assert (kegs.load(keg_id).version, kegs.load(keg_id).price) == (4, bbd("11.00"))


def test_one_is_kept_of_a_long_stream_as_soon_as_that_was_read(monkeypatch):
    monkeypatch.setattr(snapshots, "LONG", 4)
    keg_id = repriced(4)
    snapshots.snapshots().delete_many({})
    kegs.load(keg_id)
    assert kept(f"keg:{keg_id}")["state"]["version"] == 5


def test_none_is_kept_of_what_a_transaction_may_take_back_or_was_asked_for_as_of_a_moment(monkeypatch):
    monkeypatch.setattr(snapshots, "LONG", 1)
    keg_id = repriced(4)
    snapshots.snapshots().delete_many({})
    kegs.load(keg_id, until=datetime.now(UTC))
    assert kept(f"keg:{keg_id}") is None


def test_one_that_another_source_has_made_is_ignored():
    keg_id = repriced(2)
    imagine(keg_id)
    snapshots.snapshots().update_one({"_id": f"keg:{keg_id}"}, {"$set": {"source": "that of yesterday"}})
    assert kegs.load(keg_id).price == bbd("10.00")


def test_one_is_not_read_as_of_a_moment():
    keg_id = repriced(2)
    imagine(keg_id)
    assert kegs.load(keg_id, until=audit.whole_log()[-1].recorded_at).price == bbd("10.00")


def test_one_that_cannot_be_kept_is_missed_and_nothing_else(monkeypatch, caplog):
    def gone():
        raise AutoReconnect("gone")

    keg_id = repriced(1)
    monkeypatch.setattr(snapshots, "snapshots", gone)
    assert say(repricing(keg_id, "9.20")).version == EVERY
    assert "no snapshot" in caplog.text


def long_lives() -> dict[type[Aggregate], UUID | None]:
    """Of each kind of aggregate one with all that its state can hold, and its id."""
    return {kind: identity for one in brought("long_lives") for kind, identity in one.long_lives().items()}


def test_there_is_a_long_life_of_every_kind():
    assert set(AGGREGATES.values()) - set(long_lives()) == {Heartbeat}


def test_an_aggregate_from_a_snapshot_is_the_one_from_its_events():
    for kind, identity in long_lives().items():
        from_events = Repository(kind).load(identity)
        snapshots.keep(from_events, from_events.version - EVERY)
        assert snapshots.load(kind, from_events.stream) == from_events


def test_two_kinds_of_aggregate_have_two_sources():
    assert len({snapshots.source_of(kind) for kind in AGGREGATES}) == len(AGGREGATES)


def test_a_command_decides_the_same_from_a_snapshot_as_from_events():
    keg_id = repriced(2)
    memory.forget()
    from_snapshot = say(repricing(keg_id, "10.50"))
    snapshots.snapshots().delete_many({})
    memory.forget()
    assert say(repricing(keg_id, "11.00")).version == from_snapshot.version + 1
    assert audit.facts_of(f"keg:{keg_id}")[-1].old_price == bbd("10.50")


@pytest.mark.parametrize(
    ("part", "of", "of_others"),
    [("tavern.domain.pouring", Keg, Cellar), ("efi.domain.proposals", Keg, Cellar)],
)
def test_a_change_of_a_part_makes_another_source(monkeypatch, part, of, of_others):
    before, text_of = snapshots.source_of(of.kind), inspect.getsource
    monkeypatch.setattr(inspect, "getsource", lambda module: text_of(module) + "#" * (module.__name__ == part))
    assert snapshots.source_of.__wrapped__(of.kind) != before
    assert snapshots.source_of.__wrapped__(of_others.kind) == snapshots.source_of(of_others.kind)


@pytest.mark.parametrize("changed", ["tavern.events", "tavern.values", "tavern.values.planted"])
def test_a_change_of_what_the_context_publishes_makes_another_source(monkeypatch, changed):
    def source_with(text):
        monkeypatch.setattr(inspect, "getsource", lambda one: text if one.__name__ == changed else text_of(one))
        return snapshots.source_of.__wrapped__(Cellar.kind)

    text_of = inspect.getsource
    monkeypatch.setitem(sys.modules, changed, sys.modules.get(changed, ModuleType(changed)))
    assert source_with("before") != source_with("after")
