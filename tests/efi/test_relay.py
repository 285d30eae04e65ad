"""The relay: whatever becomes of its change stream, every stream that has moved is rung."""

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Event

import pytest
from bson.timestamp import Timestamp
from pymongo.errors import AutoReconnect, OperationFailure
from pymongo.read_concern import ReadConcern

from efi.delivery import broker, relay
from efi.delivery.relay import Relay
from efi.log import event_store, mongo
from efi.reading import catching_up, followers, freshness
from efi.reading.freshness import entries
from efi.reading.generations import build_missing, live
from efi.runtime import threads
from tests.efi import audit, faults
from tests.efi.bells import Until, forge, kept_token, relay_until, seen, settled
from tests.efi.crowd import at_once
from tests.given import restart, say
from tests.tavern.bar import keg, repricing
from tests.tavern.labels import TAGS, UNREADABLE, only

CALLS_FOR_A_BELL = 8
"""At least: to open a change stream, to catch a document up, and to say before and after how fresh it is."""


@pytest.fixture(autouse=True)
def tags(restarted):
    """One read model, and a relay that has been there before: it has rung the first price of the stout."""
    with only(TAGS):
        build_missing()
        yield


@pytest.fixture
def stout():
    """A relay has rung its first price and is gone; its second has come since."""
    keg_id = keg(price="8.50")
    relay_until(settled(keg_id, 1))
    say(repricing(keg_id, "9.00"))
    return keg_id


def price(keg_id):
    return live(TAGS.name).documents.find_one({"_id": str(keg_id)})["price"]


def no_sweep(*_):
    pytest.fail("the whole log was swept where there was no need to")


def test_a_relay_reads_on_from_where_the_last_one_was(stout, monkeypatch):
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(stout, 2))
    assert price(stout) == "9.00"


def test_a_first_relay_rings_what_was_there_before_it():
    keg_id = keg(price="8.50")
    relay_until(seen(keg_id, 1))
    assert price(keg_id) == "8.50"


OF_ANOTHER_LOG = (
    "8260000001000000032B022C0100296E5A1004DFE19ECBAD44480ABBEB99DE513B997A46645F696400646B0540868F2B9D0A74D587790004"
)
REFUSED = {
    "of another log": lambda kept: {"_data": OF_ANOTHER_LOG},
    "not of a token's form": lambda kept: {"_data": "yesterday"},
    "cut short": lambda kept: {"_data": kept["_data"][:10]},
    "of another form": lambda kept: {"position": 7},
}


@pytest.mark.parametrize("forged", REFUSED.values(), ids=REFUSED)
def test_a_token_that_is_refused_means_a_sweep(stout, forged):
    forge(token=forged(kept_token()))
    relay_until(seen(stout, 2))
    assert price(stout) == "9.00"


def test_a_token_too_old_for_the_log_of_operations_means_a_sweep(stout):
    def resumes(wire):
        return wire.calls[-1] == "aggregate" and "resumeAfter" in wire.command["pipeline"][0].get("$changeStream", {})

    with faults.wire(
        resumes, lambda wire: False, lambda call: OperationFailure("ChangeStreamHistoryLost", 286)
    ) as wire:
        relay_until(seen(stout, 2))
    assert wire.broke
    assert price(stout) == "9.00"


def test_a_token_later_than_the_clusters_time_means_a_sweep(stout):
    forge(at=Timestamp(2**31 - 1, 1))
    relay_until(seen(stout, 2))
    assert price(stout) == "9.00"


def test_after_a_refused_token_there_is_a_good_one_again(stout, monkeypatch):
    forge(token={"_data": "yesterday"})
    relay_until(lambda: seen(stout, 2)() and kept_token() not in (None, {"_data": "yesterday"}))
    say(repricing(stout, "9.50"))
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(stout, 3))
    assert price(stout) == "9.50"


class Watched(Relay):
    """One whose cursor one can lay hands on."""

    cursor = 0

    def _open(self, session, token):
        reply = super()._open(session, token)
        self.cursor = reply["cursor"]["id"]
        return reply


def test_a_cursor_that_is_closed_under_it_is_opened_again(stout):
    def once_open():
        if watched.cursor and not closed:
            closed.append(mongo.database().command("killCursors", "commits", cursors=[watched.cursor]))
        return bool(closed) and seen(stout, 2)()

    closed = []
    watched = Watched(Until(once_open))
    watched.run()
    assert closed[0]["cursorsKilled"]
    assert price(stout) == "9.00"


@pytest.mark.parametrize("calls", [1, 2, 4, 12])
@pytest.mark.parametrize("arrived", [False, True], ids=["on its way there", "on its way back"])
def test_a_connection_that_drops_at_any_call_is_opened_again(stout, arrived, calls):
    for number in count(1):
        version = say(repricing(stout, f"{number + 10}.00")).version
        # The driver tries most calls twice, a bell is tried twice, and the relay tries for as long as it takes.
        come = settled(stout, version)
        with faults.outage(number, arrived=arrived, calls=calls) as wire:
            relay_until(come)
        if not wire.broke:
            break
    assert number > CALLS_FOR_A_BELL
    audit.the_documents_agree()


@pytest.mark.parametrize("arrived", [False, True], ids=["before", "after"])
def test_a_relay_that_dies_at_any_call_leaves_the_rest_to_the_next(stout, arrived):
    for number in count(1):
        version = say(repricing(stout, f"{number + 10}.00")).version
        come = settled(stout, version)
        with faults.crash(number, arrived=arrived) as wire, suppress(faults.Crashed):
            relay_until(come)
        restart()
        relay_until(seen(stout, version))
        if not wire.broke:
            break
    assert number > CALLS_FOR_A_BELL
    audit.the_documents_agree()


def test_a_relay_of_another_release_takes_no_bells_from_it(stout, monkeypatch):
    with only(replace(TAGS, version=2)):
        restart()
        build_missing()
        relay_until(settled(stout, 2))
    restart()
    keg("Perry")
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(stout, 2))
    assert price(stout) == "9.00"


def test_a_relay_that_is_stopped_between_bells_leaves_the_rest_to_the_next(stout, monkeypatch):
    monkeypatch.setattr(relay, "MOST_STREAMS", 1)
    first, *_, last = [keg(f"Porter {number}") for number in range(4)]
    relay_until(seen(first, 1))
    monkeypatch.setattr(relay, "sweep", no_sweep)
    keg("Perry")
    relay_until(seen(last, 1))
    assert price(last) == "8.50"


def test_a_change_stream_that_ends_with_its_collection_is_opened_on_the_next(stout):
    def once_dropped():
        if not again:
            event_store.commits().drop()
            event_store.ensure_indexes()
            again.append(keg("Porter"))
        return seen(again[0], 1)()

    again = []
    relay_until(once_dropped)
    assert price(again[0]) == "8.50"


def test_two_relays_at_once_change_nothing():
    kegs = [keg(f"Keg {number}", price="1.00") for number in range(6)]
    wanted = [seen(one, 4) for one in kegs]
    relays = [partial(relay_until, lambda: all(come() for come in wanted))] * 2
    staff = [partial(raise_three_times, one) for one in kegs]
    at_once([*relays, *staff])
    audit.the_documents_agree()


def raise_three_times(keg_id):
    for price_ in ("2.00", "3.00", "4.00"):
        say(repricing(keg_id, price_))


def test_a_storage_error_while_ringing_is_waited_out_and_the_token_stays(stout, monkeypatch):
    def down(*bells):
        tokens.append(kept_token())
        if len(tokens) < 4:
            raise AutoReconnect("down")
        return catch_up(*bells)

    tokens, before, catch_up = [], kept_token(), catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", down)
    relay_until(lambda: seen(stout, 2)() and kept_token() != before)
    assert tokens == [before] * 4


def test_a_storage_error_that_was_waited_out_leaves_no_entry(stout, monkeypatch):
    def down(*bells):
        tries.append(bells)
        if len(tries) < 4:
            raise AutoReconnect("down")
        return catch_up(*bells)

    tries, catch_up = [], catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", down)
    relay_until(seen(stout, 2))
    assert [one["entries"] for one in entries().with_options(read_concern=ReadConcern("local")).find()] == [{}]


def test_a_fold_that_fails_does_not_stop_the_bells(stout):
    UNREADABLE.add("9.00")
    porter = keg("Porter", price="3.00")
    relay_until(seen(porter, 1))
    assert (price(stout), price(porter)) == ("8.50", "3.00")


def test_bells_that_came_together_are_answered_together(stout, monkeypatch):
    def heard(generation, bells):
        rung.append(len(bells))
        return catch_up(generation, bells)

    others = [keg(f"Porter {number}") for number in range(30)]
    rung, catch_up = [], catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", heard)
    relay_until(seen(others[-1], 1))
    assert rung == [31]


def test_bells_that_are_not_urgent_are_gathered(stout):
    class Asked(Until):
        def wait(self, seconds):
            waits.append(seconds)
            return super().wait(seconds)

    waits = []
    Relay(Until(lambda: kept_token("others") is not None), lane="others").run()
    say(repricing(stout, "9.50"))
    Relay(Asked(lambda: relay.GATHERED_ELSE in waits), lane="others").run()
    assert price(stout) == "9.50"


def test_where_a_relay_is_is_not_kept_with_every_bell(stout, monkeypatch):
    def once_told():
        if seen(stout, 2 + len(tokens))():
            tokens.append(kept_token())
            say(repricing(stout, f"{10 + len(tokens)}.00"))
        return len(tokens) == 5

    tokens = []
    monkeypatch.setattr(relay, "KEPT_WHILE_BUSY", 60.0)
    monkeypatch.setattr(relay, "KEPT_EVERY", 60.0)
    relay_until(once_told)
    assert len({str(token) for token in tokens}) <= 2


def test_a_relay_in_a_thread_rings_until_it_is_told_to_stop(stout):
    stop = relay.start()
    relay_until(seen(stout, 2))
    stop()
    assert price(stout) == "9.00"


@pytest.mark.alone
def test_all_relays_together_are_waited_for_no_longer_than_one(monkeypatch):
    never = Event()
    monkeypatch.setattr(threads, "LEAVING", 0.5)
    monkeypatch.setattr(relay.followers, "lanes", lambda: [f"lane {number}" for number in range(8)])
    monkeypatch.setattr(Relay, "run", lambda self: never.wait())
    stop, began = relay.start(), time.monotonic()
    stop()
    assert time.monotonic() - began < 4 * 0.5
    never.set()


class Counted(Event):
    """Is never waited for, and counts how often it should have been."""

    waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        return False


@pytest.mark.parametrize(("waiting", "longer"), [(relay.CROWD - 1, False), (relay.CROWD, True)])
def test_bells_are_gathered_for_longer_while_somebody_is_behind(documents, monkeypatch, waiting, longer):
    one = followers.followers()[0]
    freshness.under_way().insert_many([{"waiting": [one.name]} for _ in range(waiting)])
    monkeypatch.setattr(broker, "there_is", lambda: True)
    monkeypatch.setitem(relay.GATHERED_IN_A_CROWD, one.lane, 0.05)
    relay.Relay(stop := Counted(), lane=one.lane)._gather()
    assert (stop.waits > 1) is longer


def test_a_relay_that_is_stopped_gathers_no_longer(documents, monkeypatch):
    monkeypatch.setattr(relay.Relay, "_is_crowded", lambda _: True)
    stop = Counted()
    stop.set()
    relay.Relay(stop, lane="urgent")._gather()
    assert stop.waits == 1
