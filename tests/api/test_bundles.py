"""Bundles: products sold together, as their parts are at this moment."""

import pytest

from catalog.commands.bundles import CreateBundle, OfferBundle, RepriceBundle, WithdrawBundle
from catalog.commands.products import ChangePrice, DeactivateProduct, DiscontinueProduct
from tests.api.shop import caught_up, names, on_sale, refused, stocked
from tests.catalog.catalogue import category
from tests.given import bbd, say


@pytest.fixture
def parts(shop):
    """Seven jars of olives at 8.00, and three packs of feta at 4.00."""
    mezze = category("Mezze")
    olives = on_sale("Olives", "OLI-1", price="8.00", categories=(mezze,))
    feta = on_sale("Feta", "FET-1", price="4.00", categories=(mezze,))
    stocked(olives, 7)
    stocked(feta, 3)
    return olives, feta


@pytest.fixture
def mezze_for_two(parts):
    made = say(CreateBundle(name="Mezze for two", description="Olives and feta", product_ids=parts, price=bbd("11.00")))
    caught_up()
    return made.id


def told(shop, bundle):
    return shop.guest.get(f"bundles/{bundle}").json()["data"]


def test_a_bundle_is_told_with_its_parts(shop, parts, mezze_for_two):
    bundle = told(shop, mezze_for_two)
    assert (bundle["name"], bundle["description"]) == ("Mezze for two", "Olives and feta")
    assert [(part["name"], part["price"]["amount"]) for part in bundle["parts"]] == [
        ("Olives", "8.00"),
        ("Feta", "4.00"),
    ]
    assert told(shop, bundle["slug"]) == bundle
    assert shop.guest.get("bundles").json()["data"] == [bundle]


def test_there_are_as_many_as_of_its_scarcest_part(shop, mezze_for_two):
    assert (told(shop, mezze_for_two)["available"], told(shop, mezze_for_two)["orderable"]) == (3, True)


def test_it_costs_its_own_price_or_what_its_parts_cost_whichever_is_less(shop, parts, mezze_for_two):
    assert told(shop, mezze_for_two)["price"] == {"amount": "11.00", "currency": "BBD"}
    say(RepriceBundle(bundle_id=mezze_for_two, price=bbd("12.00")))
    say(ChangePrice(product_id=parts[0], price=bbd("7.05"), reason="new crop"))
    caught_up()
    assert told(shop, mezze_for_two)["price"] == {"amount": "11.05", "currency": "BBD"}


def test_what_is_withdrawn_is_not_told_until_it_is_offered_again(shop, mezze_for_two):
    say(WithdrawBundle(bundle_id=mezze_for_two))
    caught_up()
    assert names(shop.guest.get("bundles")) == []
    refused(shop.guest.get(f"bundles/{mezze_for_two}"), 404, "not_found")
    say(OfferBundle(bundle_id=mezze_for_two))
    caught_up()
    assert names(shop.guest.get("bundles")) == ["Mezze for two"]


def test_what_has_a_part_out_of_sight_is_out_of_sight_itself(shop, parts, mezze_for_two):
    say(DeactivateProduct(product_id=parts[1]))
    caught_up()
    assert names(shop.guest.get("bundles")) == []
    refused(shop.guest.get(f"bundles/{mezze_for_two}"), 404, "not_found")


def test_none_can_be_had_of_what_has_a_discontinued_part(shop, parts, mezze_for_two):
    say(DiscontinueProduct(product_id=parts[1]))
    caught_up()
    assert (told(shop, mezze_for_two)["available"], told(shop, mezze_for_two)["orderable"]) == (0, False)


def test_a_bundle_that_there_is_not_is_not_found(shop):
    for key in ("mezze", "MEZZE", "%00", "$ne", "7f4d2c1e-0000-4000-8000-000000000001"):
        refused(shop.guest.get(f"bundles/{key}"), 404, "not_found")


def test_bundles_come_in_pages(shop, parts):
    for number in range(3):
        say(CreateBundle(name=f"Mezze {number}", product_ids=parts, price=bbd("11.00")))
    caught_up()
    first = shop.guest.get("bundles?limit=2").json()
    second = shop.guest.get(first["links"]["next"].removeprefix("/api/v1/")).json()
    assert [bundle["name"] for page in (first, second) for bundle in page["data"]] == ["Mezze 0", "Mezze 1", "Mezze 2"]
    assert second["links"] == {}


@pytest.mark.parametrize("address", ["bundles", "bundles/{}"])
def test_a_bundle_is_as_new_as_the_newest_of_its_parts(shop, parts, mezze_for_two, address):
    address = address.format(mezze_for_two)
    before = shop.guest.get(address).json()["meta"]
    say(ChangePrice(product_id=parts[0], price=bbd("7.90"), reason="new crop"))
    caught_up()
    after = shop.guest.get(address).json()["meta"]
    assert after["updated_at"] > before["updated_at"]
    assert after.get("version", 1) > before.get("version", 0)


def test_who_wants_the_newest_of_a_bundle_has_that_of_its_parts(shop, parts, mezze_for_two):
    say(ChangePrice(product_id=parts[0], price=bbd("7.00"), reason="new crop"))
    told_anew = shop.guest.get(f"bundles/{mezze_for_two}", cache_control="no-cache").json()["data"]
    assert [part["price"]["amount"] for part in told_anew["parts"]] == ["7.00", "4.00"]


def test_a_bundle_that_has_not_changed_is_not_sent_again_and_one_with_a_changed_part_is(shop, parts, mezze_for_two):
    for address in ("bundles", f"bundles/{mezze_for_two}"):
        tag = shop.guest.get(address)["ETag"]
        assert shop.guest.get(address, if_none_match=tag).status_code == 304
        say(ChangePrice(product_id=parts[0], price=bbd("7.90" if address == "bundles" else "7.80"), reason="new crop"))
        caught_up()
        assert shop.guest.get(address, if_none_match=tag).status_code == 200
