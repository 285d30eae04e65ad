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

from efi.delivery import relay
from efi.delivery.relay import Relay
from efi.log import event_store, mongo
from efi.reading import catching_up
from efi.reading.freshness import entries
from efi.reading.generations import build_missing, live
from efi.runtime import threads
from tests.efi import audit, faults
from tests.efi.bells import Until, forge, kept_token, relay_until, seen, settled
from tests.efi.catalogue import product, repricing
from tests.efi.conftest import restart
from tests.efi.crowd import at_once
from tests.efi.labels import TAGS, UNREADABLE, only
from tests.given import say

CALLS_FOR_A_BELL = 8
"""At least: to open a change stream, to catch a document up, and to say before and after how fresh it is."""


@pytest.fixture(autouse=True)
def tags(restarted):
    """One read model, and a relay that has been there before: it has rung the first price of the olives."""
    with only(TAGS):
        build_missing()
        yield


@pytest.fixture
def olives():
    """A relay has rung their first price and is gone; their second has come since."""
    product_id = product(price="8.50")
    relay_until(settled(product_id, 1))
    say(repricing(product_id, "9.00"))
    return product_id


def price(product_id):
    return live(TAGS.name).documents.find_one({"_id": str(product_id)})["price"]


def no_sweep(*_):
    pytest.fail("the whole log was swept where there was no need to")


def test_a_relay_reads_on_from_where_the_last_one_was(olives, monkeypatch):
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(olives, 2))
    assert price(olives) == "9.00"


def test_a_first_relay_rings_what_was_there_before_it():
    product_id = product(price="8.50")
    relay_until(seen(product_id, 1))
    assert price(product_id) == "8.50"


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
def test_a_token_that_is_refused_means_a_sweep(olives, forged):
    forge(token=forged(kept_token()))
    relay_until(seen(olives, 2))
    assert price(olives) == "9.00"


def test_a_token_too_old_for_the_log_of_operations_means_a_sweep(olives):
    def resumes(wire):
        return wire.calls[-1] == "aggregate" and "resumeAfter" in wire.command["pipeline"][0].get("$changeStream", {})

    with faults.wire(
        resumes, lambda wire: False, lambda call: OperationFailure("ChangeStreamHistoryLost", 286)
    ) as wire:
        relay_until(seen(olives, 2))
    assert wire.broke
    assert price(olives) == "9.00"


def test_a_token_later_than_the_clusters_time_means_a_sweep(olives):
    forge(at=Timestamp(2**31 - 1, 1))
    relay_until(seen(olives, 2))
    assert price(olives) == "9.00"


def test_after_a_refused_token_there_is_a_good_one_again(olives, monkeypatch):
    forge(token={"_data": "yesterday"})
    relay_until(lambda: seen(olives, 2)() and kept_token() not in (None, {"_data": "yesterday"}))
    say(repricing(olives, "9.50"))
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(olives, 3))
    assert price(olives) == "9.50"


class Watched(Relay):
    """One whose cursor one can lay hands on."""

    cursor = 0

    def _open(self, session, token):
        reply = super()._open(session, token)
        self.cursor = reply["cursor"]["id"]
        return reply


def test_a_cursor_that_is_closed_under_it_is_opened_again(olives):
    def once_open():
        if watched.cursor and not closed:
            closed.append(mongo.database().command("killCursors", "commits", cursors=[watched.cursor]))
        return bool(closed) and seen(olives, 2)()

    closed = []
    watched = Watched(Until(once_open))
    watched.run()
    assert closed[0]["cursorsKilled"]
    assert price(olives) == "9.00"


@pytest.mark.parametrize("calls", [1, 2, 4, 12])
@pytest.mark.parametrize("arrived", [False, True], ids=["on its way there", "on its way back"])
def test_a_connection_that_drops_at_any_call_is_opened_again(olives, arrived, calls):
    for number in count(1):
        version = say(repricing(olives, f"{number + 10}.00")).version
        # The driver tries most calls twice, a bell is tried twice, and the relay tries for as long as it takes.
        come = settled(olives, version)
        with faults.outage(number, arrived=arrived, calls=calls) as wire:
            relay_until(come)
        if not wire.broke:
            break
    assert number > CALLS_FOR_A_BELL
    audit.the_documents_agree()


@pytest.mark.parametrize("arrived", [False, True], ids=["before", "after"])
def test_a_relay_that_dies_at_any_call_leaves_the_rest_to_the_next(olives, arrived):
    for number in count(1):
        version = say(repricing(olives, f"{number + 10}.00")).version
        come = settled(olives, version)
        with faults.crash(number, arrived=arrived) as wire, suppress(faults.Crashed):
            relay_until(come)
        restart()
        relay_until(seen(olives, version))
        if not wire.broke:
            break
    assert number > CALLS_FOR_A_BELL
    audit.the_documents_agree()


def test_a_relay_of_another_release_takes_no_bells_from_it(olives, monkeypatch):
    with only(replace(TAGS, version=2)):
        restart()
        build_missing()
        relay_until(settled(olives, 2))
    restart()
    product("CHAI")
    monkeypatch.setattr(relay, "sweep", no_sweep)
    relay_until(seen(olives, 2))
    assert price(olives) == "9.00"


def test_a_relay_that_is_stopped_between_bells_leaves_the_rest_to_the_next(olives, monkeypatch):
    monkeypatch.setattr(relay, "MOST_STREAMS", 1)
    first, *_, last = [product(f"FETA-{number}") for number in range(4)]
    relay_until(seen(first, 1))
    monkeypatch.setattr(relay, "sweep", no_sweep)
    product("CHAI")
    relay_until(seen(last, 1))
    assert price(last) == "8.50"


def test_a_change_stream_that_ends_with_its_collection_is_opened_on_the_next(olives):
    def once_dropped():
        if not again:
            event_store.commits().drop()
            event_store.ensure_indexes()
            again.append(product("FETA"))
        return seen(again[0], 1)()

    again = []
    relay_until(once_dropped)
    assert price(again[0]) == "8.50"


def test_two_relays_at_once_change_nothing():
    products = [product(f"OLI-{number}", price="1.00") for number in range(6)]
    wanted = [seen(one, 4) for one in products]
    relays = [partial(relay_until, lambda: all(come() for come in wanted))] * 2
    staff = [partial(raise_three_times, one) for one in products]
    at_once([*relays, *staff])
    audit.the_documents_agree()


def raise_three_times(product_id):
    for price_ in ("2.00", "3.00", "4.00"):
        say(repricing(product_id, price_))


def test_a_storage_error_while_ringing_is_waited_out_and_the_token_stays(olives, monkeypatch):
    def down(*bells):
        tokens.append(kept_token())
        if len(tokens) < 4:
            raise AutoReconnect("down")
        return catch_up(*bells)

    tokens, before, catch_up = [], kept_token(), catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", down)
    relay_until(lambda: seen(olives, 2)() and kept_token() != before)
    assert tokens == [before] * 4


def test_a_storage_error_that_was_waited_out_leaves_no_entry(olives, monkeypatch):
    def down(*bells):
        tries.append(bells)
        if len(tries) < 4:
            raise AutoReconnect("down")
        return catch_up(*bells)

    tries, catch_up = [], catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", down)
    relay_until(seen(olives, 2))
    assert [one["entries"] for one in entries().with_options(read_concern=ReadConcern("local")).find()] == [{}]


def test_a_fold_that_fails_does_not_stop_the_bells(olives):
    UNREADABLE.add("9.00")
    feta = product("FETA", price="3.00")
    relay_until(seen(feta, 1))
    assert (price(olives), price(feta)) == ("8.50", "3.00")


def test_bells_that_came_together_are_answered_together(olives, monkeypatch):
    def heard(generation, bells):
        rung.append(len(bells))
        return catch_up(generation, bells)

    others = [product(f"FETA-{number}") for number in range(30)]
    rung, catch_up = [], catching_up.catch_up
    monkeypatch.setattr(catching_up, "catch_up", heard)
    relay_until(seen(others[-1], 1))
    assert rung == [31]


def test_bells_that_are_not_urgent_are_gathered(olives):
    class Asked(Until):
        def wait(self, seconds):
            waits.append(seconds)
            return super().wait(seconds)

    waits = []
    Relay(Asked(lambda: relay.GATHERED_ELSE in waits), lane="others").run()
    assert price(olives) == "9.00"


def test_where_a_relay_is_is_not_kept_with_every_bell(olives, monkeypatch):
    def once_told():
        if seen(olives, 2 + len(tokens))():
            tokens.append(kept_token())
            say(repricing(olives, f"{10 + len(tokens)}.00"))
        return len(tokens) == 5

    tokens = []
    monkeypatch.setattr(relay, "KEPT_WHILE_BUSY", 60.0)
    monkeypatch.setattr(relay, "KEPT_EVERY", 60.0)
    relay_until(once_told)
    assert len({str(token) for token in tokens}) <= 2


def test_a_relay_in_a_thread_rings_until_it_is_told_to_stop(olives):
    stop = relay.start()
    relay_until(seen(olives, 2))
    stop()
    assert price(olives) == "9.00"


def test_all_relays_together_are_waited_for_no_longer_than_one(monkeypatch):
    never = Event()
    monkeypatch.setattr(threads, "LEAVING", 0.5)
    monkeypatch.setattr(relay.followers, "lanes", lambda: [f"lane {number}" for number in range(8)])
    monkeypatch.setattr(Relay, "run", lambda self: never.wait())
    stop, began = relay.start(), time.monotonic()
    stop()
    assert time.monotonic() - began < 4 * 0.5
    never.set()
