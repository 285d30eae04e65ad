"""Commands that meet: each is carried out once, or refused for what the log says, and nothing is lost in between."""

from collections import Counter
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from efi.log import event_store
from tavern.commands.cellars import CloseCellar
from tavern.commands.kegs import DrawPints, MoveKeg
from tests.efi import audit
from tests.efi.crowd import at_once, receipts, refusals
from tests.given import bbd, say
from tests.tavern.bar import cellar, keg, repricing, round_of, same_cellar, same_price, stout, tab

pytestmark = pytest.mark.usefixtures("restarted")

ROUNDS = 12


def test_sixteen_who_change_one_price_each_have_a_commit_of_their_own():
    keg_id = keg()
    prices = {f"actor {number}": f"{number + 10}.00" for number in range(16)}
    changes = [partial(say, repricing(keg_id, price), by=actor) for actor, price in prices.items()]
    outcomes = at_once(changes)
    log = {commit.last: (commit.actor, commit.events[0].price) for commit in event_store.read(f"keg:{keg_id}")}
    told = {receipt.version: actor for receipt, actor in zip(outcomes, prices, strict=True)}
    assert sorted(told) == list(range(2, 18))
    assert {version: (actor, bbd(prices[actor])) for version, actor in told.items()} == {
        version: logged for version, logged in log.items() if version > 1
    }


def test_fifty_who_draw_one_of_the_last_ten_get_exactly_ten():
    keg_id = keg(pints=10)
    outcomes = at_once([partial(say, DrawPints(keg_id=keg_id, pints=1))] * 50)
    assert len(receipts(outcomes)) == 10
    assert Counter(refusals(outcomes)) == {"too_few_pints": 40}
    audit.the_write_side_agrees()


def one_stream():
    return repricing(keg(), "9.00")


def two_streams():
    """The first it changes is not the first by name, and they stand at different versions."""
    keg_id = keg()
    say(repricing(keg_id, "9.00"))
    return round_of(tab(), keg_id)


def a_create():
    return stout("Porter", cellar_id=cellar())


@pytest.mark.parametrize("given", [one_stream, two_streams, a_create])
def test_one_key_from_eight_at_once_is_one_commit_and_eight_equal_receipts(given):
    command = given()
    outcomes = at_once([partial(say, command, key="K")] * 8)
    assert [replace(outcome, replayed=False) for outcome in outcomes] == [replace(outcomes[0], replayed=False)] * 8
    assert Counter(receipt.replayed for receipt in receipts(outcomes)) == {True: 7, False: 1}
    audit.the_write_side_agrees()


@pytest.mark.parametrize("given", [same_price, same_cellar])
def test_one_key_of_a_no_change_from_eight_at_once_is_eight_equal_receipts(given):
    for number in range(ROUNDS):
        unchanging, changing = given(keg(f"Stout {number}"))
        given_by = [partial(say, unchanging, key=f"K{number}") for _ in range(8)]
        outcomes = at_once(given_by)
        say(changing)
        assert {replace(outcome, replayed=True) == say(unchanging, key=f"K{number}") for outcome in outcomes} == {True}
    audit.the_write_side_agrees()


def test_no_create_is_refused_for_what_its_twin_has_taken():
    place = cellar()
    for number in range(2 * ROUNDS):
        outcomes = at_once([partial(say, stout(f"Stout {number}", cellar_id=place), key=f"K{number}")] * 8)
        assert refusals(outcomes) == []


@pytest.mark.parametrize("given", [one_stream, two_streams, a_create])
def test_a_key_again_is_told_what_the_first_was_told(given):
    command = given()
    first = say(command, key="K")
    assert say(command, key="K") == replace(first, replayed=True)


def test_one_key_for_two_bodies_at_once_is_good_for_one_of_them():
    for number in range(ROUNDS):
        ids = keg(f"Stout {number}"), keg(f"Porter {number}")
        outcomes = at_once([partial(say, repricing(one, "9.00"), key=f"K{number}") for one in ids for _ in range(4)])
        assert len({receipt.id for receipt in receipts(outcomes)}) == 1
        assert Counter(refusals(outcomes)) == {"idempotency_key_reused": 4}
        assert sorted(audit.heads()[f"keg:{one}"] for one in ids) == [1, 2]


@pytest.mark.parametrize("first", ["the keg comes", "the cellar closes"])
def test_a_keg_comes_into_a_cellar_or_the_cellar_closes(first):
    for number in range(ROUNDS):
        place, keg_id = cellar(f"Dry {number}"), keg(f"Stout {number}")
        both = [
            partial(say, MoveKeg(keg_id=keg_id, cellar_id=place)),
            partial(say, CloseCellar(cellar_id=place)),
        ]
        outcomes = at_once(both if first == "the keg comes" else both[::-1])
        assert len(receipts(outcomes)) == 1
        assert set(refusals(outcomes)) <= {"cellar_closed", "cellar_not_empty"}
        audit.the_write_side_agrees()


def test_a_keg_begins_in_a_cellar_or_the_cellar_closes():
    for number in range(ROUNDS):
        place = cellar(f"Dry {number}")
        comes, goes = (
            partial(say, stout(f"Stout {number}", cellar_id=place)),
            partial(say, CloseCellar(cellar_id=place)),
        )
        outcomes = at_once(Random(number).sample([comes, goes], 2))
        assert len(receipts(outcomes)) == len(refusals(outcomes)) == 1
        audit.the_write_side_agrees()


def test_a_name_goes_to_one_of_those_who_claim_it_at_once():
    place = cellar()
    outcomes = at_once([partial(say, stout("Stout", cellar_id=place)) for _ in range(8)])
    assert len(receipts(outcomes)) == 1
    assert Counter(refusals(outcomes)) == {"taken": 7}
    audit.the_write_side_agrees()
