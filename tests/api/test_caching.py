"""What a cache may keep, and how it learns that it need not ask for more."""

import pytest

from catalog.commands.categories import RenameCategory
from catalog.commands.products import ChangePrice
from readmodels import api, product_list
from tests.api.shop import caught_up, on_sale
from tests.given import bbd, say

SEARCH, TYPED = "products?q=olives&facets=category,country&include=total", "search/suggest?q=kal"
PRICE, RELATED = "products/OLI-1/price?quantity=3", "products/OLI-1/related"
PUBLIC = [
    "products",
    SEARCH,
    "products/OLI-1",
    "products/OLI-1/history",
    PRICE,
    RELATED,
    TYPED,
    "categories",
    "categories/mezze",
]


def tags(shop, addresses=PUBLIC):
    return {address: shop.guest.get(address)["ETag"] for address in addresses}


def changed(shop, before):
    """The addresses that a cache has to fetch anew."""
    asked = {address: shop.guest.get(address, if_none_match=tag) for address, tag in before.items()}
    assert {answer.status_code for answer in asked.values()} <= {200, 304}
    return {address for address, answer in asked.items() if answer.status_code == 200}


@pytest.mark.parametrize("address", PUBLIC)
def test_what_has_not_changed_is_not_sent_again(shop, olives, address):
    first = shop.guest.get(address)
    again = shop.guest.get(address, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_answer_says_how_long_and_for_whom_it_is_good(shop, olives, address):
    first = shop.guest.get(address)
    for answer in (first, shop.guest.get(address, if_none_match=first["ETag"])):
        assert answer["Cache-Control"] == "public, max-age=5, stale-while-revalidate=60"
        assert answer["Vary"] == "Consistency-Token"
        assert not answer.cookies


@pytest.mark.parametrize("address", PUBLIC)
def test_as_of_is_in_the_answer_and_in_its_header_and_on_a_304_too(shop, olives, address):
    first = shop.guest.get(address)
    again = shop.guest.get(address, if_none_match=first["ETag"])
    assert first["As-Of"] == first.json()["meta"]["as_of"] == again["As-Of"]


@pytest.mark.parametrize("given", ["*", "W/{}", '"other", {}', '{}, W/"other"'])
def test_a_tag_is_known_in_every_form_that_a_cache_may_send_it(shop, olives, given):
    tag = shop.guest.get("products")["ETag"]
    assert shop.guest.get("products", if_none_match=given.format(tag)).status_code == 304


@pytest.mark.parametrize("given", ['"other"', "other", "", '"', "W/", "é", '"' * 500])
def test_a_tag_that_is_not_ours_gets_the_whole_answer(shop, olives, given):
    answer = shop.guest.get("products", if_none_match=given)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 1)


def test_nothing_is_rendered_for_a_304(shop, olives, monkeypatch):
    before = tags(shop, ["products", "products/OLI-1"])
    for module in (api, product_list):
        monkeypatch.setattr(module, "shown", lambda *_: pytest.fail("it was rendered"))
    assert changed(shop, before) == set()


def test_a_new_price_changes_the_product_its_history_and_the_list(shop, olives):
    before = tags(shop)
    say(ChangePrice(product_id=olives, price=bbd("9.00"), reason="new crop"))
    caught_up()
    assert changed(shop, before) == {"products", "products/OLI-1", "products/OLI-1/history", SEARCH, TYPED, PRICE}


def test_a_renamed_category_changes_what_names_it(shop, olives, mezze):
    before = tags(shop)
    say(RenameCategory(category_id=mezze, name="Meze"))
    caught_up()
    named = {"products", "products/OLI-1", SEARCH, TYPED, RELATED}
    assert changed(shop, before) == {*named, "categories", "categories/mezze"}


def test_another_product_changes_the_list_and_the_counts(shop, olives, mezze):
    before = tags(shop)
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    caught_up()
    assert changed(shop, before) == {"products", RELATED, "categories", "categories/mezze"}


def test_a_product_on_the_next_page_changes_the_page_that_now_has_a_next(shop, olives, mezze):
    before = tags(shop, ["products?limit=1"])
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    caught_up()
    assert changed(shop, before) == {"products?limit=1"}


def test_a_tag_belongs_to_its_query(shop, olives):
    asked = ["products", "products?country=GR", "products?in_stock=false", "products?sort=price", "products?limit=5"]
    assert len(set(tags(shop, asked).values())) == len(asked)


def test_what_is_not_for_everybody_is_kept_by_nobody(shop, olives):
    answers = [shop.elias.get(address) for address in ("commands", f"streams/product:{olives}", "status/read-models")]
    answers.append(
        shop.elias.give("change_price", {"product_id": str(olives), "price": {"amount": "9"}, "reason": "crop"})
    )
    assert {answer.status_code for answer in answers} == {200}
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert not any("ETag" in answer for answer in answers)


def test_a_refusal_is_kept_by_nobody(shop):
    for refusal in (shop.guest.get("products/FET-1"), shop.guest.get("products?x=1"), shop.guest.get("commands")):
        assert refusal["Cache-Control"] == "private, no-store"
        assert "ETag" not in refusal
