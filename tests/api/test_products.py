"""The list of products: who is in it, how it is narrowed, and in what order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.commands.products import ChangePrice, DeactivateProduct, SubmitProduct
from efi.domain.values import Money
from tests.api.shop import (
    IN_A_YEAR,
    Shop,
    caught_up,
    discontinued,
    drafted,
    emptied,
    names,
    on_sale,
    refused,
    stocked,
)
from tests.catalog.catalogue import category
from tests.given import NOW, bbd, say

OLIVES, TAHINI, FETA, HALVA = "Kalamata olives", "Tahini", "feta", "Hálva"
ABOUT_FIGS = {"name": "Figs", "description": "Dried", "unit": "1 kg", "country_of_origin": "TR"}
EVERYTHING = [FETA, OLIVES, TAHINI, HALVA]


@pytest.fixture(scope="module")
def shop(accounts):
    """Two branches of categories, one product out of stock, one discontinued, and three that are not to be seen."""
    emptied()
    mezze = category("Mezze")
    dips, cheese = category("Dips", below=mezze), category("Cheese")
    later = NOW + timedelta(days=1)
    olives = on_sale(OLIVES, "OLI-1", price="8.50", categories=(mezze,))
    on_sale(TAHINI, "TAH-1", price="12.00", country="LB", categories=(dips, mezze), at=later)
    feta = on_sale(FETA, "FET-1", price="12.50", categories=(cheese,), at=later + timedelta(days=1))
    stocked(feta, units=3, best_before=IN_A_YEAR - timedelta(days=300))
    dollar = Money(amount=Decimal("1.00"), currency="USD")
    discontinued(HALVA, "HAL-1", price=dollar, country="TR", categories=(cheese,), at=NOW - timedelta(days=1))
    stocked(olives, units=7)
    drafted("Draft", "DRA-1")
    say(SubmitProduct(product_id=drafted("Submitted", "SUB-1", categories=(cheese,))))
    say(DeactivateProduct(product_id=on_sale("Inactive", "INA-1", categories=(cheese,))))
    say(ChangePrice(product_id=olives, price=bbd("9.00"), reason="new crop"), at=later)
    caught_up()
    return Shop(accounts)


def test_what_is_on_sale_and_what_was_discontinued_is_listed_and_nothing_else(shop):
    listed = shop.guest.get("products")
    assert names(listed) == EVERYTHING


def test_a_discontinued_product_is_marked_and_cannot_be_ordered(shop):
    products = {product["name"]: product for product in shop.guest.get("products").json()["data"]}
    marked = {name: (product["discontinued"], product["orderable"]) for name, product in products.items()}
    assert marked == {OLIVES: (False, True), TAHINI: (False, False), FETA: (False, True), HALVA: (True, False)}
    assert products[HALVA]["stock"] == {"available": 0, "status": "discontinued", "best_before": None}


def test_a_listed_product_says_what_scripts_rely_on(shop):
    olives = next(product for product in shop.guest.get("products").json()["data"] if product["name"] == OLIVES)
    ours = {key: olives.pop(key) for key in ("id", "updated_at")}
    assert olives == {
        "sku": "OLI-1",
        "slug": "kalamata-olives~oli-1",
        "name": OLIVES,
        "short_description": "",
        "brand": "",
        "unit": "370 g jar",
        "country_of_origin": "GR",
        "region_of_origin": "",
        "storage_zone": "ambient",
        "certifications": [],
        "tags": [],
        "premium": False,
        "age_restricted": False,
        "offer": "regular",
        "pictures": [],
        "shelf_life_days": None,
        "price": {"amount": "9.00", "currency": "BBD"},
        "price_before": {"amount": "8.50", "currency": "BBD"},
        "price_changed_at": "2026-03-03T12:00:00Z",
        "listed_at": "2026-03-02T12:00:00Z",
        "categories": [{"slug": "mezze", "name": "Mezze", "path": [{"slug": "mezze", "name": "Mezze"}]}],
        "stock": {"available": 7, "status": "in_stock", "best_before": IN_A_YEAR.isoformat()},
        "orderable": True,
        "discontinued": False,
        "allergens": {"stated": True, "contains": [], "may_contain": ["NUTS"], "certified_free": [], "unstated": []},
        "reviews": {},
    }
    assert all(ours.values())


@pytest.mark.parametrize(
    ("narrowing", "left"),
    [
        ("category=mezze", [OLIVES, TAHINI]),
        ("category=dips", [TAHINI]),
        ("category=cheese", [FETA, HALVA]),
        ("price_min=12", [FETA, TAHINI]),
        ("price_max=9.00", [OLIVES]),
        ("price_max=8.99", []),
        ("price_max=8.99&currency=USD", [HALVA]),
        ("price_min=9&price_max=12.00", [OLIVES, TAHINI]),
        ("price_min=12.01&price_max=12.49", []),
        ("in_stock=true", [FETA, OLIVES]),
        ("in_stock=false", [TAHINI, HALVA]),
        ("discontinued=true", [HALVA]),
        ("discontinued=false", [FETA, OLIVES, TAHINI]),
        ("country=GR", [FETA, OLIVES]),
        ("country=IT", []),
        ("country=GR,LB", [FETA, OLIVES, TAHINI]),
        ("country=TR&country=LB", [TAHINI, HALVA]),
        ("storage=ambient", EVERYTHING),
        ("storage=chilled,frozen", []),
        ("country=GR&in_stock=true&category=mezze&price_max=9", [OLIVES]),
    ],
)
def test_filters_narrow_the_list_and_all_hold_together(shop, narrowing, left):
    assert names(shop.guest.get(f"products?{narrowing}")) == left


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", EVERYTHING),
        ("price", [OLIVES, TAHINI, FETA]),
        ("-price", [FETA, TAHINI, OLIVES]),
        ("newest", [FETA, TAHINI, OLIVES, HALVA]),
        ("best_before", [FETA, OLIVES, TAHINI, HALVA]),
    ],
)
def test_in_each_order_what_is_no_longer_sold_stands_last(shop, sort, order):
    assert names(shop.guest.get(f"products?sort={sort}")) == order


@pytest.mark.parametrize(
    ("narrowing", "currency"),
    [("sort=price", "BBD"), ("price_max=9", "BBD"), ("sort=-price&currency=USD", "USD"), ("sort=name", None)],
)
def test_a_list_that_goes_by_price_says_in_which_currency(shop, narrowing, currency):
    assert shop.guest.get(f"products?{narrowing}").json()["meta"].get("currency") == currency


def test_a_list_goes_by_prices_in_the_currency_of_the_shop(shop, settings):
    settings.EFI_CURRENCY = "USD"
    told = shop.guest.get("products?sort=price&include=total&facets=in_stock,discontinued").json()
    assert ([one["name"] for one in told["data"]], told["meta"]["currency"]) == ([HALVA], "USD")
    assert told["meta"]["total"] == 1


def test_a_price_without_a_currency_is_in_that_of_the_shop(shop, settings):
    settings.EFI_CURRENCY = "EUR"
    about = {**ABOUT_FIGS, "sku": "FIG-1", "price": {"amount": "6.50"}}
    made = shop.maria.give("create_product", about)
    assert made.status_code == 201, made.content
    [created] = shop.joan.get(f"streams/product:{made.json()['data']['id']}").json()["data"]
    assert created["data"]["price"] == {"amount": "6.50", "currency": "EUR"}


def test_a_category_that_there_is_not_is_not_found(shop):
    refused(shop.guest.get("products?category=pasta"), 404, "not_found")


@pytest.mark.parametrize("given", ["ten", "-1", "1_0", "٣", "1e3", "8.505", "NaN", "99999999999"])
@pytest.mark.parametrize("bound", ["price_min", "price_max"])
def test_a_bound_that_is_not_an_amount_is_refused_by_name(shop, bound, given):
    refusal = shop.guest.get(f"products?{bound}={given}")
    assert refusal.status_code == 400
    assert [fault["pointer"] for fault in refusal.json()["errors"]] == [f"/{bound}"]


@pytest.mark.parametrize(
    "parameter",
    [
        *("country=greece", "country=gr", "country=GR,", "country=GR&country=gr", "in_stock=yes", "in_stock=TRUE"),
        *("storage=cold", "storage=AMBIENT", "certification=organic", "allergen_free=MILK", "tag=Vegan", "tag=a b"),
        *(f"q={'x' * 201}", "q=%00", f"country={','.join(['GR'] * 21)}"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused_by_name(shop, parameter):
    refusal = shop.guest.get(f"products?{parameter}")
    assert refusal.status_code == 400
    assert [fault["pointer"] for fault in refusal.json()["errors"]] == [f"/{parameter.partition('=')[0]}"]


@pytest.mark.parametrize("sort", ["rating", "popular", "-name", "price,name", "relevance"])
def test_a_sort_that_is_not_built_or_has_nothing_to_go_by_is_refused(shop, sort):
    refused(shop.guest.get(f"products?sort={sort}"), 400, "sort")


@pytest.mark.parametrize(
    "parameter",
    ["rating_min", "popular", "page", "format", "q[]", "Q"],
)
def test_a_parameter_that_is_not_built_is_refused_by_name(shop, parameter):
    refusal = shop.guest.get(f"products?{parameter}=x")
    refused(refusal, 400, "unknown_parameter")
    assert parameter in refusal.json()["detail"]


@pytest.mark.parametrize(
    "parameter", ["q", "category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor"]
)
def test_a_parameter_that_is_left_empty_or_given_twice_is_refused_by_name(shop, parameter):
    for query, code in ((f"{parameter}=", "empty_parameter"), (f"{parameter}=1&{parameter}=1", "doubled_parameter")):
        refusal = shop.guest.get(f"products?{query}")
        refused(refusal, 400, code)
        assert parameter in refusal.json()["detail"]
