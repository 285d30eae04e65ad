"""Saying the same thing twice, when one cannot know whether the first was heard."""

import time

import pytest

from efi.log import event_store
from tests.api.shop import drafted, refused
from tests.catalog.catalogue import category

MEZZE = {"name": "Mezze"}
SUPPLIER = {"code": "TRA", "name": "Trattoria Levante", "country": "IT"}
OLIVES = {
    "name": "Olives",
    "description": "",
    "unit": "jar",
    "country_of_origin": "GR",
    "sku": "OLI-1",
    "price": {"amount": 8},
}


def new_price(product_id, amount):
    return {"product_id": str(product_id), "price": {"amount": amount}, "reason": "new crop"}


def test_the_same_key_and_body_give_the_first_answer_again(shop):
    first, again = (shop.maria.give("create_category", MEZZE, idempotency_key="k-1") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert event_store.head("categories") == 1


def test_a_replayed_answer_has_a_token_that_is_as_good(shop):
    shop.maria.give("create_category", MEZZE, idempotency_key="k-1")
    again = shop.maria.give("create_category", MEZZE, idempotency_key="k-1")
    assert shop.guest.get("categories/mezze", consistency_token=again["Consistency-Token"]).status_code == 200


def test_the_first_answer_comes_again_though_the_log_has_moved_on(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    first = shop.maria.give("change_price", new_price(olives, "9.00"), idempotency_key="k-1")
    shop.maria.give("change_price", new_price(olives, "10.00"))
    again = shop.maria.give("change_price", new_price(olives, "9.00"), idempotency_key="k-1")
    assert again.json() == first.json()
    assert event_store.head(f"product:{olives}") == 3


def test_a_key_whose_command_changed_nothing_undoes_nothing_later(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    shop.maria.give("change_price", new_price(olives, "9.00"))
    first = shop.maria.give("change_price", new_price(olives, "9.00"), idempotency_key="k-1")
    shop.elias.give("change_price", new_price(olives, "9.10"))
    again = shop.maria.give("change_price", new_price(olives, "9.00"), idempotency_key="k-1")
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert event_store.head(f"product:{olives}") == 3


def test_the_same_key_with_another_body_is_refused(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    shop.maria.give("change_price", new_price(olives, "9.00"), idempotency_key="k-1")
    refused(
        shop.maria.give("change_price", new_price(olives, "10.00"), idempotency_key="k-1"),
        422,
        "idempotency_key_reused",
    )
    assert event_store.head(f"product:{olives}") == 2


@pytest.mark.parametrize(
    ("command", "first", "other"),
    [
        ("create_category", MEZZE, {"name": "Dips"}),
        ("register_supplier", SUPPLIER, {**SUPPLIER, "code": "LEV"}),
        ("create_product", OLIVES, {**OLIVES, "sku": "OLI-2"}),
    ],
)
@pytest.mark.alone
def test_the_key_of_what_was_made_is_refused_at_once_with_another_body(shop, command, first, other):
    before = time.monotonic()
    assert shop.maria.give(command, first, idempotency_key="k-1").status_code == 201
    refused(shop.maria.give(command, other, idempotency_key="k-1"), 422, "idempotency_key_reused")
    assert shop.maria.give(command, first, idempotency_key="k-1")["Idempotent-Replayed"] == "true"
    assert time.monotonic() - before < 3


def test_a_body_is_the_same_however_it_is_written(shop):
    address = "/api/v1/commands/create_category"
    first = shop.maria.send("POST", address, b'{"name":"Mezze","slug":"mezze"}', idempotency_key="k-1")
    again = shop.maria.send("POST", address, b'{ "slug": "mezze", "name": "Mezze" }', idempotency_key="k-1")
    assert again.json() == first.json()


def test_a_key_belongs_to_the_one_who_drew_it_and_to_one_command(shop):
    shop.maria.give("create_category", MEZZE, idempotency_key="k-1")
    other = shop.elias.give("create_category", {"name": "Dips"}, idempotency_key="k-1")
    another = shop.maria.give(
        "register_supplier", {"code": "TRA", "name": "Trattoria", "country": "IT"}, idempotency_key="k-1"
    )
    assert (other.status_code, another.status_code) == (201, 201)


def test_a_key_whose_command_was_refused_may_be_used_again_once_the_way_is_free(shop):
    body = {"name": "Dips", "parent_id": None, "slug": "mezze"}
    category("Mezze")
    refused(shop.maria.give("create_category", body, idempotency_key="k-1"), 409, "taken")
    assert shop.maria.give("create_category", {**body, "slug": "dips"}, idempotency_key="k-1").status_code == 201


@pytest.mark.parametrize("key", ["k", "~" * 255, "a b"])
def test_a_key_has_1_to_255_characters(shop, key):
    assert shop.maria.give("create_category", MEZZE, idempotency_key=key).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "é", "\t", "a\x7f"])
def test_a_key_that_is_none_is_refused(shop, key):
    refused(shop.maria.give("create_category", MEZZE, idempotency_key=key), 400, "idempotency_key")
    assert event_store.head("categories") == 0
