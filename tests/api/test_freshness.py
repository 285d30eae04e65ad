"""Reading one's own writes while no relay runs, and knowing how fresh an answer is."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing

from efi.log import event_store
from efi.reading import catching_up, freshness, generations
from readmodels import categories
from tests.api.shop import bell_under_way, caught_up, drafted, known, names, on_sale, refused

NEW_PRICE = {"price": {"amount": "9.00", "currency": "BBD"}, "reason": "new crop"}


def token_of(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer["Consistency-Token"]


def repriced(shop, product_id):
    return token_of(shop.maria.give("change_price", {"product_id": str(product_id), **NEW_PRICE}))


def forged(**streams):
    """Signed with our key: what a log that has since been restored has given out."""
    return signing.dumps(
        {stream.replace("_", ":", 1): version for stream, version in streams.items()}, salt="consistency"
    )


def test_without_its_token_a_write_is_not_seen_before_a_relay_has_rung(shop, olives):
    repriced(shop, olives)
    assert shop.guest.get("products/OLI-1").json()["data"]["price"]["amount"] == "8.50"


@pytest.mark.parametrize("key", ["OLI-1", "kalamata-olives~oli-1"])
def test_a_write_is_seen_with_its_token_in_one_product(shop, olives, key):
    token = repriced(shop, olives)
    assert shop.guest.get(f"products/{key}", consistency_token=token).json()["data"]["price"]["amount"] == "9.00"


def test_a_write_is_seen_with_its_token_in_a_list(shop, olives):
    token = repriced(shop, olives)
    assert names(shop.guest.get("products?price_min=9", consistency_token=token)) == ["Kalamata olives"]
    assert names(shop.guest.get("products?price_max=8.50", consistency_token=token)) == []


def test_a_write_is_seen_with_its_token_in_a_history(shop, olives):
    token = repriced(shop, olives)
    assert len(shop.guest.get("products/OLI-1/history", consistency_token=token).json()["data"]) == 2


def test_a_write_is_seen_with_its_token_in_the_tree(shop, olives, mezze):
    token = token_of(shop.maria.give("rename_category", {"category_id": str(mezze), "name": "Meze"}))
    assert shop.guest.get("categories", consistency_token=token).json()["data"][0]["name"] == "Meze"
    told = shop.guest.get("products/OLI-1", consistency_token=token).json()["data"]
    assert told["categories"][0]["name"] == "Meze"


def test_a_write_is_seen_with_its_token_in_a_count(shop, olives):
    token = token_of(shop.maria.give("deactivate_product", {"product_id": str(olives)}))
    assert shop.guest.get("categories/mezze").json()["data"]["count"] == 1
    assert shop.guest.get("categories/mezze", consistency_token=token).json()["data"]["count"] == 0


def test_a_product_is_seen_with_the_token_that_put_it_on_sale(shop, mezze):
    tahini = drafted("Tahini", "TAH-1", categories=(mezze,))
    shop.maria.give("submit_product", {"product_id": str(tahini)})
    token = token_of(shop.joan.give("approve_product", {"product_id": str(tahini)}))
    assert names(shop.guest.get("products", consistency_token=token)) == ["Tahini"]


def test_a_cache_that_has_the_answer_before_a_write_gets_the_one_after_it(shop, olives):
    before = shop.guest.get("products/OLI-1")["ETag"]
    token = repriced(shop, olives)
    assert shop.guest.get("products/OLI-1", if_none_match=before, consistency_token=token).status_code == 200


def test_a_token_of_somebody_else_is_as_good_and_opens_nothing(shop, mezze):
    tahini = drafted("Tahini", "TAH-1", categories=(mezze,))
    token = token_of(shop.maria.give("submit_product", {"product_id": str(tahini)}))
    assert names(shop.guest.get("products", consistency_token=token)) == []
    refused(shop.guest.get(f"products/{tahini}", consistency_token=token), 404, "not_found")
    refused(shop.guest.get(f"streams/product:{tahini}", consistency_token=token), 401, "not_signed_in")


@pytest.mark.alone
def test_a_version_beyond_the_log_is_ignored_and_not_waited_for(shop, olives):
    repriced(shop, olives)
    token, before = forged(**{f"product_{olives}": 1_000, f"stock_{uuid4()}": 7}), time.monotonic()
    told = shop.guest.get("products/OLI-1", consistency_token=token)
    assert (told.status_code, time.monotonic() - before < 1) == (200, True)


def test_a_version_beyond_the_log_takes_nothing_from_the_rest_of_its_token(shop, olives):
    on_log = repriced(shop, olives)
    streams = {**signing.loads(on_log, salt="consistency"), f"stock:{olives}": 9}
    told = shop.guest.get("products/OLI-1", consistency_token=signing.dumps(streams, salt="consistency"))
    assert told.json()["data"]["price"]["amount"] == "9.00"


@pytest.mark.parametrize(
    "address", ["products", "products/OLI-1", "products/OLI-1/history", "categories", "categories/mezze"]
)
def test_a_token_that_is_garbled_foreign_or_huge_is_refused(shop, olives, address):
    ours = repriced(shop, olives)
    foreign = signing.dumps({f"product:{olives}": 1}, salt="cursor")
    for token in ("", "x", ours[:-1], ours[1:], ours.swapcase(), f"{ours}, {ours}", foreign, "é", ours + "A" * 4_000):
        refused(shop.guest.get(address, consistency_token=token), 400, "consistency_token")


def test_no_cache_brings_one_product_to_the_head_of_its_streams(shop, olives):
    repriced(shop, olives)
    assert shop.guest.get("products/OLI-1", cache_control="no-cache").json()["data"]["price"]["amount"] == "9.00"
    assert len(shop.guest.get("products/OLI-1/history", cache_control="max-age=0, No-Cache").json()["data"]) == 2


def test_no_cache_finds_a_product_that_no_document_tells_of_yet(shop):
    tahini = on_sale("Tahini", "TAH-1")
    refused(shop.guest.get(f"products/{tahini}"), 404, "not_found")
    assert shop.guest.get(f"products/{tahini}", cache_control="no-cache").json()["data"]["sku"] == "TAH-1"


def test_no_cache_finds_a_product_by_its_sku_once_it_is_on_sale_again(shop, olives):
    shop.maria.give("deactivate_product", {"product_id": str(olives)})
    caught_up()
    shop.maria.give("reactivate_product", {"product_id": str(olives)})
    assert shop.guest.get("products/OLI-1", cache_control="no-cache").status_code == 200


def test_no_cache_brings_the_tree_to_the_head_of_its_stream(shop, mezze):
    assert shop.guest.get("categories/mezze", cache_control="no-cache").json()["data"]["name"] == "Mezze"


def test_no_cache_on_what_there_is_not_leaves_no_document(shop, olives):
    refused(shop.guest.get(f"products/{uuid4()}", cache_control="no-cache"), 404, "not_found")
    assert generations.live("product_catalog").documents.count_documents({}) == 1


def test_an_answer_is_complete_up_to_the_oldest_bell_under_way_and_stale_after_two_seconds(shop, olives):
    since = bell_under_way("product_catalog", seconds=3)
    answer = shop.guest.get("products/OLI-1")
    assert answer.json()["meta"]["stale"] is True
    assert answer["As-Of"] == answer.json()["meta"]["as_of"] == since.isoformat().replace("+00:00", "Z")


def test_an_answer_is_not_stale_while_bells_are_answered_quickly(shop, olives):
    bell_under_way("product_catalog", seconds=1)
    assert shop.guest.get("products").json()["meta"]["stale"] is False


def test_an_answer_is_as_fresh_as_the_least_fresh_that_it_is_made_of(shop, olives):
    bell_under_way("categories", seconds=3)
    assert shop.guest.get("products").json()["meta"]["stale"] is True
    assert shop.guest.get("products/OLI-1/history").json()["meta"]["stale"] is False


def test_an_answer_is_stale_when_no_heartbeat_has_come_through_for_long(shop, olives):
    known({"confirmed": event_store.now() - timedelta(minutes=1)})
    answer = shop.guest.get("products")
    assert (answer.status_code, answer.json()["meta"]["stale"]) == (200, True)


@pytest.mark.parametrize("asking", ["consistency_token", "cache_control"])
def test_a_look_that_somebody_else_has_taken_meanwhile_hides_no_write(shop, mezze, monkeypatch, asking):
    token = token_of(shop.maria.give("rename_category", {"category_id": str(mezze), "name": "Meze"}))
    catch_up = catching_up.catch_up

    def others_first(generation, bells):
        if generation.model.name == categories.TREE:
            categories.tree_of(generation, freshness.read([generation.name]))
        catch_up(generation, bells)

    monkeypatch.setattr(catching_up, "catch_up", others_first)
    said = {"consistency_token": token, "cache_control": "no-cache"}[asking]
    assert shop.guest.get("categories", **{asking: said}).json()["data"][0]["name"] == "Meze"
