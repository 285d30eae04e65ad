"""What a search box offers, what is related to a product, and what so many of it cost."""

import pytest

from catalog.commands.products import DiscontinueProduct
from tests.api.shop import Shop, caught_up, emptied, names, on_sale, refused, stocked
from tests.catalog.catalogue import category
from tests.given import say

FETA, GRAVIERA, HALLOUMI, MANOURI = "Feta", "Graviera", "Halloumi", "Manouri"


@pytest.fixture(scope="module")
def shop(accounts):
    """Cheeses of two countries, some in stock, and a product of another category."""
    emptied()
    cheese, mezze = category("Cheese"), category("Mezze & Cheese boards")
    feta = on_sale(FETA, "CHE-1", price="12.35", categories=(cheese,))
    for name, sku, country, units in (
        (MANOURI, "CHE-2", "GR", 0),
        (GRAVIERA, "CHE-3", "GR", 5),
        (HALLOUMI, "CHE-4", "CY", 9),
    ):
        product = on_sale(name, sku, country=country, categories=(cheese,))
        if units:
            stocked(product, units)
    stocked(on_sale("Akkawi", "CHE-5", country="LB", categories=(cheese,)))
    say(DiscontinueProduct(product_id=on_sale("Kasseri", "CHE-6", categories=(cheese,))))
    stocked(on_sale("Olives with feta", "OLI-1", categories=(mezze,)))
    caught_up()
    shop = Shop(accounts)
    shop.feta = feta
    return shop


def suggested(shop, typed):
    told = shop.guest.get(f"search/suggest?q={typed}").json()["data"]
    return [product["name"] for product in told["products"]], [branch["slug"] for branch in told["categories"]]


def test_what_has_the_word_is_offered_wherever_it_stands_and_first_what_can_be_had(shop):
    assert suggested(shop, "fe") == (["Olives with feta", FETA], [])
    assert suggested(shop, "gr")[0] == [GRAVIERA]
    assert suggested(shop, "feta ol") == (["Olives with feta"], [])


def test_a_category_is_offered_by_its_plural_too(shop):
    assert suggested(shop, "cheeses")[1] == ["cheese", "mezze-cheese-boards"]


def test_a_product_is_offered_by_what_it_says_of_itself_after_those_that_are_named_so(shop):
    stocked(on_sale("Barrel-aged", "BRI-1", description="Halloumi in brine", categories=(category("Brine"),)))
    caught_up()
    assert suggested(shop, "halloumi")[0] == [HALLOUMI, "Barrel-aged"]


def test_a_category_is_offered_by_any_word_where_none_has_all(shop):
    assert suggested(shop, "feta cheese")[1] == ["cheese", "mezze-cheese-boards"]


def test_categories_are_offered_beside_them(shop):
    assert suggested(shop, "che") == (
        ["Akkawi", GRAVIERA, HALLOUMI, FETA, "Kasseri", MANOURI],
        ["cheese", "mezze-cheese-boards"],
    )
    assert suggested(shop, "boards ch") == ([], ["mezze-cheese-boards"])


def test_a_suggestion_leads_to_its_product_and_says_what_it_costs(shop):
    [_, feta] = shop.guest.get("search/suggest?q=FÉTA").json()["data"]["products"]
    price = {"amount": "12.35", "currency": "BBD"}
    assert feta == {"id": str(shop.feta), "sku": "CHE-1", "slug": "feta~che-1", "name": FETA, "price": price}


@pytest.mark.parametrize("address", ["search/suggest", "search/suggest?q=...", "search/suggest?q=zzz"])
def test_where_nothing_is_typed_or_nothing_begins_so_nothing_is_offered(shop, address):
    assert shop.guest.get(address).json()["data"] == {"products": [], "categories": []}


def test_no_more_is_offered_than_one_takes_in(shop):
    for number in range(20):
        on_sale(f"Zaatar {number}", f"ZAA-{number}", categories=(category(f"Zaatar {number}"),))
    caught_up()
    products, categories = suggested(shop, "zaatar")
    assert (len(products), len(categories)) == (5, 3)


def test_others_of_the_category_are_related_first_those_of_the_same_origin_and_of_these_what_can_be_had(shop):
    assert names(shop.guest.get("products/CHE-1/related")) == [GRAVIERA, MANOURI, "Akkawi", HALLOUMI]


def test_what_is_alone_in_its_category_has_none_related(shop):
    assert names(shop.guest.get("products/OLI-1/related")) == []


@pytest.mark.parametrize(("quantity", "total"), [("1", "12.35"), ("3", "37.05"), ("100000", "1235000.00")])
def test_so_many_units_cost_so_many_times_the_list_price(shop, quantity, total):
    told = shop.guest.get(f"products/feta~che-1/price?quantity={quantity}").json()["data"]
    assert told == {
        "product_id": str(shop.feta),
        "quantity": int(quantity),
        "unit_price": {"amount": "12.35", "currency": "BBD"},
        "line_total": {"amount": total, "currency": "BBD"},
    }


def test_the_most_of_the_dearest_product_still_has_a_price(shop):
    on_sale("Caviar", "CAV-1", price="9999999.99", categories=(category("Roe"),))
    caught_up()
    told = shop.guest.get("products/CAV-1/price?quantity=100000").json()["data"]
    assert told["line_total"] == {"amount": "999999999000.00", "currency": "BBD"}


def test_one_unit_is_meant_unless_told(shop):
    assert shop.guest.get("products/CHE-1/price").json()["data"]["quantity"] == 1


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "100001", "9" * 400, "٣", "1e3", "many"])
def test_a_quantity_that_cannot_be_ordered_is_refused(shop, quantity):
    refused(shop.guest.get(f"products/CHE-1/price?quantity={quantity}"), 400, "quantity")


def test_of_what_there_is_not_nothing_is_told(shop):
    for address in ("products/NONE/related", "products/NONE/price"):
        refused(shop.guest.get(address), 404, "not_found")
