"""Every filter and every order has its index, as MongoDB's own account of what it did shows."""

from itertools import combinations

import pytest

from efi.log.mongo import collection, database
from efi.reading import generations
from readmodels.filters import NAMES, PRICES
from readmodels.product_catalog import NAME, SORTS
from tests.api.shop import Shop, caught_up, emptied, on_sale, stocked
from tests.catalog.catalogue import category

FILTERS = {
    "q": "q=oliv",
    "category": "category=mezze",
    "price_min": "price_min=2",
    "price_max": "price_max=9",
    "currency": "currency=BBD",
    "in_stock": "in_stock=true",
    "discontinued": "discontinued=false",
    "country": "country=GR",
    "storage": "storage=ambient,frozen",
    "certification": "certification=HALAL",
    "tag": "tag=vegan,raw",
    "allergen_free": "allergen_free=NUTS",
}
ORDERS = [*SORTS, "relevance"]
OTHERS = [
    "products?q=mezze",
    "products?q=mezze+dips",
    "products?q=berries+olives",
    "products?q=oliv&include=total&facets=category,country",
    "products?include=total&facets=category,tag,in_stock",
    "products?country=GR&include=total&facets=category,country",
    "products/SKU-1",
    "products/SKU-1/related",
    "products/SKU-1/price",
    "search/suggest?q=ol",
    "search/suggest?q=ol+1",
]


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    mezze = category("Mezze")
    shelves = [category("Dips", below=mezze), mezze, category("Cheese")]
    for number in range(12):
        product = on_sale(
            f"Olives {number}", f"SKU-{number}", price=f"{number + 1}.00", categories=(shelves[number % 3],)
        )
        if number % 2:
            stocked(product)
    caught_up()
    return Shop(accounts)


@pytest.fixture
def account():
    """Of each query of the products that follows: the stages of its plan."""
    database().command({"profile": 0})
    collection("system.profile").drop()
    database().create_collection("system.profile", capped=True, size=16_000_000)
    database().command({"profile": 2})
    yield stages_of_each
    database().command({"profile": 0})


def stages_of_each():
    products = f"{database().name}.{generations.live(NAME).name}"
    entries = collection("system.profile").find({"ns": products, "op": {"$in": ["query", "command"]}}).to_list()
    assert entries
    return [set(stages(entry["execStats"])) for entry in entries if "execStats" in entry]


def stages(plan):
    yield plan["stage"]
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from stages(inner)


def asked(shop, address):
    answer = shop.guest.get(address)
    assert answer.status_code == 200, answer.content


def test_every_filter_is_tried():
    assert set(FILTERS) == set(NAMES)


@pytest.mark.parametrize("order", SORTS)
@pytest.mark.parametrize("narrowed", ["", *FILTERS])
def test_a_list_under_one_filter_is_read_off_an_index_in_its_order(shop, account, narrowed, order):
    asked(shop, f"products?sort={order}&{FILTERS.get(narrowed, '')}")
    *_, plan = account()
    assert "COLLSCAN" not in plan
    assert "IXSCAN" in plan
    assert ("SORT" in plan) == (narrowed == "q" or (narrowed in PRICES and order not in {"price", "-price"}))


@pytest.mark.parametrize(("one", "other"), [*combinations(FILTERS, 2)])
def test_a_list_under_two_filters_scans_no_collection(shop, account, one, other):
    for order in ORDERS if "q" in (one, other) else SORTS:
        asked(shop, f"products?sort={order}&{FILTERS[one]}&{FILTERS[other]}")
    plans = account()
    assert not any("COLLSCAN" in plan for plan in plans)
    assert not {"q", *PRICES}.isdisjoint((one, other)) or not any("SORT" in plan for plan in plans)


@pytest.mark.parametrize("address", OTHERS)
def test_nothing_that_is_asked_of_the_products_scans_the_collection(shop, account, address):
    asked(shop, address)
    assert not any("COLLSCAN" in plan for plan in account())


def test_a_scan_is_noticed(shop, account):
    generations.live(NAME).documents.find_one({"unit": "no such unit"})
    assert account() == [{"COLLSCAN", "LIMIT"}]


def test_there_are_no_more_indexes_than_a_write_can_bear():
    assert len(generations.live(NAME).documents.index_information()) <= 15
