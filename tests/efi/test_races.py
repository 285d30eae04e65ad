"""Commands that meet: each is carried out once, or refused for what the log says, and nothing is lost in between."""

from collections import Counter
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from catalog.commands.categories import MoveCategory, RemoveCategory
from catalog.commands.products import CategoriseProduct
from tests.efi import audit
from tests.efi.catalogue import category, delivery, listed, olives, product, repricing, reservation, stocked, supplier
from tests.efi.crowd import at_once, receipts, refusals
from tests.efi.two_streams import Swap
from tests.given import bbd, say

pytestmark = pytest.mark.usefixtures("restarted")

ROUNDS = 12


def test_sixteen_who_change_one_price_each_have_a_commit_of_their_own():
    product_id = product()
    prices = {f"actor {number}": f"{number + 10}.00" for number in range(16)}
    changes = [partial(say, repricing(product_id, price), by=actor) for actor, price in prices.items()]
    outcomes = at_once(changes)
    log = {commit.last: (commit.actor, commit.events[0].price) for commit in audit.whole_log()}
    told = {receipt.version: actor for receipt, actor in zip(outcomes, prices, strict=True)}
    assert sorted(told) == list(range(2, 18))
    assert {version: (actor, bbd(prices[actor])) for version, actor in told.items()} == {
        version: logged for version, logged in log.items() if version > 1
    }


def test_fifty_who_reserve_one_of_the_last_ten_get_exactly_ten():
    product_id = listed()
    stocked(product_id, supplier(), 10)
    outcomes = at_once([partial(say, reservation(product_id, f"cart {number}")) for number in range(50)])
    assert len(receipts(outcomes)) == 10
    assert Counter(refusals(outcomes)) == {"not_enough_stock": 40}
    audit.the_write_side_agrees()


def one_stream():
    return repricing(product(), "9.00")


def two_streams():
    """The first it names is not the first by name, and they stand at different versions."""
    first, second = sorted((product("OLI-1"), product("OLI-2")), reverse=True)
    say(repricing(first, "9.00"))
    return Swap(first_id=first, second_id=second)


def a_create():
    return olives("OLI-9", categories=(category(),))


@pytest.mark.parametrize("given", [one_stream, two_streams, a_create])
def test_one_key_from_eight_at_once_is_one_commit_and_eight_equal_receipts(given, swapping):
    command = given()
    outcomes = at_once([partial(say, command, key="K")] * 8)
    assert [replace(outcome, replayed=False) for outcome in outcomes] == [replace(outcomes[0], replayed=False)] * 8
    assert Counter(receipt.replayed for receipt in receipts(outcomes)) == {True: 7, False: 1}
    audit.the_write_side_agrees()


def test_no_create_is_refused_for_what_its_twin_has_taken():
    for number in range(2 * ROUNDS):
        outcomes = at_once([partial(say, olives(f"OLI-{number}"), key=f"K{number}")] * 8)
        assert refusals(outcomes) == []


@pytest.mark.parametrize("given", [one_stream, two_streams, a_create])
def test_a_key_again_is_told_what_the_first_was_told(given, swapping):
    command = given()
    first = say(command, key="K")
    assert say(command, key="K") == replace(first, replayed=True)


def test_one_key_for_two_bodies_at_once_is_good_for_one_of_them():
    for number in range(ROUNDS):
        ids = product(f"OLI-{number}"), product(f"FETA-{number}")
        outcomes = at_once([partial(say, repricing(one, "9.00"), key=f"K{number}") for one in ids for _ in range(4)])
        assert len({receipt.id for receipt in receipts(outcomes)}) == 1
        assert Counter(refusals(outcomes)) == {"idempotency_key_reused": 4}
        assert sorted(audit.heads()[f"product:{one}"] for one in ids) == [1, 2]


@pytest.mark.parametrize("first", ["the product comes", "the category goes"])
def test_a_product_comes_into_a_category_or_the_category_goes(first):
    for number in range(ROUNDS):
        shelf, product_id = category(f"Shelf {number}"), product(f"OLI-{number}")
        both = [
            partial(say, CategoriseProduct(product_id=product_id, category_ids=(shelf,))),
            partial(say, RemoveCategory(category_id=shelf)),
        ]
        outcomes = at_once(both if first == "the product comes" else both[::-1])
        assert len(receipts(outcomes)) == 1
        assert set(refusals(outcomes)) <= {"category_unknown", "category_not_empty"}
        audit.the_write_side_agrees()


def test_a_product_begins_in_a_category_or_the_category_goes():
    for number in range(ROUNDS):
        shelf = category(f"Shelf {number}")
        comes, goes = (
            partial(say, olives(f"OLI-{number}", categories=(shelf,))),
            partial(say, RemoveCategory(category_id=shelf)),
        )
        outcomes = at_once(Random(number).sample([comes, goes], 2))
        assert len(receipts(outcomes)) == len(refusals(outcomes)) == 1
        audit.the_write_side_agrees()


def test_two_categories_do_not_move_below_one_another():
    mezze, olive = category("Mezze"), category("Olives")
    outcomes = at_once(
        [partial(say, MoveCategory(category_id=a, parent_id=b)) for a, b in ((mezze, olive), (olive, mezze))]
    )
    assert len(receipts(outcomes)) == 1
    assert refusals(outcomes) == ["category_cycle"]


def test_a_sku_goes_to_one_of_those_who_claim_it_at_once():
    outcomes = at_once([partial(say, olives("OLI-1")) for _ in range(8)])
    assert len(receipts(outcomes)) == 1
    assert Counter(refusals(outcomes)) == {"taken": 7}
    audit.the_write_side_agrees()


def test_a_batch_of_a_supplier_is_received_once():
    products, trattoria = [product(f"OLI-{number}") for number in range(8)], supplier()
    outcomes = at_once([partial(say, delivery(one, trattoria, batch="SPRING")) for one in products])
    assert len(receipts(outcomes)) == 1
    assert Counter(refusals(outcomes)) == {"taken": 7}
    audit.the_write_side_agrees()
