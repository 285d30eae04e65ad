"""The log: gapless streams, each commit once, in the order in which they were recorded."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pymongo.errors import DuplicateKeyError

from efi.domain.context import Context
from efi.domain.errors import Rejected
from efi.log import event_store, mongo
from efi.log.event_store import VersionConflict
from tavern.commands.kegs import kegs
from tavern.events import CellarOpened, KegEmptied, KegRepriced, KegTapped, PintsDrawn, TabOpened
from tests.efi import audit
from tests.given import MARIA, NOW, bbd, identity, minutes, say
from tests.tavern.bar import ADA, keg, repricing

pytestmark = pytest.mark.usefixtures("restarted")

STOUT, CELLAR = identity("stout"), identity("cellar")
STREAM = f"keg:{STOUT}"
TAPPED = KegTapped(keg_id=STOUT, cellar_id=CELLAR, name="Stout", pints=88, price=bbd("8.50"))
DRAWN = PintsDrawn(keg_id=STOUT, pints=3, tab_id=None)
OPENED = TabOpened(tab_id=identity("tab"), guest_id=ADA, name="Ada", lapses_at=NOW)
GONE = KegEmptied(keg_id=STOUT)


def context(command_id=None, at=NOW):
    drawn = command_id or uuid4()
    return Context(command_id=drawn, actor=MARIA, at=at, correlation_id=drawn)


def append(*facts, head=0, stream=STREAM, command_id=None, after=None):
    commit = event_store.commit_of(stream, head, facts, context(command_id), "hash", after)
    event_store.append(commit)
    return commit


@pytest.fixture
def clock(monkeypatch):
    """Told the time, by the hour of a day."""

    def stands_at(hour):
        monkeypatch.setattr(event_store, "now", lambda: datetime(2026, 3, 2, hour, tzinfo=UTC))

    return stands_at


def test_a_commit_is_behind_the_head_it_names():
    append(GONE, GONE)
    append(GONE, head=2)
    assert [(commit.version, commit.last) for commit in event_store.read(STREAM)] == [(1, 2), (3, 3)]


@pytest.mark.parametrize("head", [0, 1])
def test_a_commit_behind_a_head_that_has_moved_is_a_conflict(head):
    append(GONE)
    append(GONE, head=1)
    with pytest.raises(VersionConflict):
        append(GONE, head=head)
    assert event_store.head(STREAM) == 2


def test_a_command_is_in_a_stream_once():
    drawn = uuid4()
    append(GONE, command_id=drawn)
    with pytest.raises(VersionConflict):
        append(GONE, head=1, command_id=drawn)


def test_two_streams_know_nothing_of_one_another():
    append(GONE)
    append(GONE, stream="keg:another")
    assert dict(event_store.heads(["keg"])) == {STREAM: 1, "keg:another": 1}


def test_without_its_unique_indexes_no_log_is_used():
    event_store.commits().drop_indexes()
    twins = [{"stream": STREAM, "version": 1, "command_id": number} for number in range(2)]
    event_store.commits().insert_many(twins)
    with pytest.raises(DuplicateKeyError):
        event_store.ensure_indexes()
    event_store.commits().delete_many({})
    event_store.ensure_indexes()


@pytest.mark.parametrize("fact", [TAPPED, DRAWN, OPENED, GONE], ids=lambda fact: type(fact).__name__)
def test_an_event_is_read_as_it_was_written(fact):
    append(fact)
    assert audit.facts_of(STREAM) == [fact]


def test_a_commit_says_who_and_when_and_for_what():
    written = append(GONE)
    [read] = event_store.read(STREAM)
    assert read == written
    assert (read.actor, read.occurred_at, read.command_hash) == (MARIA, NOW, "hash")


def test_money_is_kept_as_text():
    append(KegRepriced(keg_id=STOUT, old_price=bbd("8.50"), price=bbd("9.00"), reason="dearer barley"))
    kept = event_store.commits().find_one()["events"][0]
    assert kept["data"]["price"] == {"amount": "9.00", "currency": "BBD"}
    assert (kept["type"], kept["schema"]) == ("tavern.KegRepriced", 2)


def test_what_is_recorded_never_goes_back(clock):
    clock(9)
    keg_id = keg()
    clock(8)
    say(repricing(keg_id, "9.00"))
    assert [commit.recorded_at.hour for commit in event_store.read(f"keg:{keg_id}")] == [9, 9]


def test_a_thousand_events_are_one_commit_and_one_more_is_none():
    append(*[GONE] * 1_000)
    with pytest.raises(Rejected, match="more than one commit may hold"):
        append(*[GONE] * 1_001, head=1_000)
    assert event_store.head(STREAM) == 1_000


def test_a_commit_over_four_megabytes_is_refused_and_nothing_is_changed():
    with pytest.raises(Rejected, match="more than one commit may hold"):
        append(replace(TAPPED, name="o" * 4_000_000))
    assert event_store.head(STREAM) == 0


def test_as_of_a_moment_means_recorded_by_then(clock):
    clock(8)
    keg_id = keg(price="8.50")
    clock(10)
    say(repricing(keg_id, "9.00"), at=NOW - minutes(60 * 24 * 365))
    as_of = {hour: kegs.load(keg_id, until=datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in (7, 8, 9, 10)}
    assert {hour: (then.version, then.price) for hour, then in as_of.items()} == {
        7: (0, None),
        8: (1, bbd("8.50")),
        9: (1, bbd("8.50")),
        10: (2, bbd("9.00")),
    }


@pytest.mark.parametrize("streams", [{"$gt": ""}, *event_store.of_kind("keg")])
def test_a_look_at_heads_leaps_from_stream_to_stream(streams):
    for number in range(5):
        for head in range(9):
            append(GONE, stream=f"keg:{number}", head=head)
    asked = {"aggregate": "commits", "pipeline": event_store.newest(streams, "count"), "cursor": {}}
    explained = mongo.database().command("explain", asked, verbosity="executionStats")
    assert "DISTINCT_SCAN" in str(explained)


def test_heads_are_those_of_the_kinds_asked_for():
    append(GONE, stream="keg:1")
    append(GONE, head=1, stream="keg:1")
    append(CellarOpened(cellar_id=CELLAR, name="Damp"), stream="cellar")
    append(GONE, stream="kegging:1")
    append(GONE, stream="kegs")
    assert dict(event_store.heads(["keg", "cellar"])) == {"keg:1": 2, "cellar": 1}


def test_what_is_unseen_is_read_of_many_streams_in_order():
    append(GONE, stream="keg:1")
    append(GONE, GONE, head=1, stream="keg:1")
    append(GONE, stream="keg:2")
    unseen = event_store.read_unseen({"keg:1": 1, "keg:2": 0, "keg:3": 0, "keg:4": 7})
    assert {stream: [raw["version"] for raw in raws] for stream, raws in unseen.items()} == {
        "keg:1": [2],
        "keg:2": [1],
    }
