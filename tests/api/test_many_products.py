"""What MongoDB looks at for a list of a few hundred products: little more than it answers with."""

import pytest

from catalog.events import ProductCategorised
from catalog.values import Allergen, Allergens, Certification, StorageZone
from efi.domain.values import Money
from efi.log.mongo import collection, database
from efi.reading import generations
from readmodels import product_list
from readmodels.filters import NAMES, PRICES
from readmodels.product_catalog import NAME, SORTS
from tests.api.shop import Shop, caught_up, emptied
from tests.catalog.catalogue import category
from tests.catalog.larder import APPROVED, DISCONTINUED, SUBMITTED, olives_created, received, released
from tests.catalog.shelves import put
from tests.given import identity

MANY, TENTH = 400, 40
FEW_MORE = 2 * TENTH
FILTERS = {
    "q": "q=odd",
    "category": "category=tenth",
    "price_min": "price_min=9000000",
    "price_max": "price_max=45",
    "currency": "currency=EUR",
    "in_stock": "in_stock=true",
    "discontinued": "discontinued=true",
    "country": "country=IT",
    "storage": "storage=frozen",
    "certification": "certification=HALAL",
    "tag": "tag=odd",
    "allergen_free": "allergen_free=NUTS",
}


@pytest.fixture(scope="module")
def shop(accounts):
    """A tenth of the products is different in all that one can ask for, another is no longer sold; each has its price."""
    emptied()
    tenth, mezze = category("Tenth"), category("Mezze")
    caught_up()
    put(NAME, {identity(f"food {number}"): list(told(number, tenth, mezze)) for number in range(MANY)})
    return Shop(accounts)


def told(number, tenth, mezze):
    """They are spread over the alphabet, those that are different among them."""
    odd = number % 10 == 0
    different = {
        "country_of_origin": "IT",
        "storage_zone": StorageZone.FROZEN,
        "certifications": (Certification.HALAL,),
        "tags": ("odd",),
        "allergens": Allergens(contains=(Allergen.DAIRY,)),
    }
    own = {"name": f"Food {number * 7919 % 9973:04}", "allergens": None, **(different if odd else {})}
    created = olives_created(f"{number + 1}.00", sku=f"FOOD-{number}", slug=f"food-{number}", **own)
    priced = {"price": Money(amount=created.price.amount, currency="EUR")} if odd else {}
    yield type(created)(**{**vars(created), **priced})
    yield ProductCategorised(product_id=created.product_id, category_ids=(tenth if odd else mezze,))
    yield from (SUBMITTED, APPROVED)
    if odd:
        yield from (received(5), released())
    if number % 10 == 5:
        yield DISCONTINUED


@pytest.fixture
def examined():
    """Of what follows: how many documents MongoDB has looked at."""
    database().command({"profile": 0})
    collection("system.profile").drop()
    database().create_collection("system.profile", capped=True, size=16_000_000)
    database().command({"profile": 2})
    yield documents_examined
    database().command({"profile": 0})


def documents_examined():
    products = f"{database().name}.{generations.live(NAME).name}"
    entries = collection("system.profile").find({"ns": products, "docsExamined": {"$exists": True}}).to_list()
    assert entries
    return sum(entry["docsExamined"] for entry in entries)


def found(shop, address):
    answer = shop.guest.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_every_filter_is_tried():
    assert set(FILTERS) == set(NAMES)


@pytest.mark.parametrize("order", SORTS)
@pytest.mark.parametrize("narrowed", FILTERS)
def test_a_list_under_one_filter_looks_at_little_else(shop, examined, narrowed, order):
    priced = "&currency=EUR" if narrowed not in {*PRICES, "currency", "discontinued"} and "price" in order else ""
    rows = found(shop, f"products?sort={order}&{FILTERS[narrowed]}{priced}&limit=100")
    assert len(rows) == (0 if narrowed == "price_min" else TENTH)
    assert examined() <= len(rows) + 1


@pytest.mark.parametrize("order", SORTS)
def test_prices_that_hardly_narrow_are_looked_at_in_the_order_asked_for(shop, examined, order, monkeypatch):
    monkeypatch.setattr(product_list, "FEW", TENTH)
    assert len(found(shop, f"products?sort={order}&price_min=1&limit=10")) == 10
    assert examined() <= 11 + TENTH


@pytest.mark.parametrize("narrowed", ["price_min=9000000", "price_max=20", "price_min=30&price_max=50"])
@pytest.mark.parametrize("beside", ["", "&country=IT", "&tag=odd&country=IT"])
def test_what_is_counted_beside_a_list_is_between_its_prices(shop, examined, narrowed, beside):
    found(shop, f"products?{narrowed}{beside}&include=total&facets=storage,in_stock&limit=100")
    assert examined() <= FEW_MORE


def test_bounds_go_by_figures_and_within_a_currency_where_one_is_asked_for(shop):
    assert len(found(shop, "products?price_max=20&limit=100")) == 18
    assert {row["price"]["currency"] for row in found(shop, "products?price_max=20&currency=EUR")} == {"EUR"}
    assert len(found(shop, "products?price_max=20&currency=EUR")) == 2
    assert len(found(shop, "products?price_max=20&currency=EUR,BBD")) == 20


def test_what_is_related_is_chosen_from_a_few_of_a_large_category(shop, examined, monkeypatch):
    monkeypatch.setattr("readmodels.product_queries.LOOKED_AT", TENTH)
    assert len(found(shop, "products/FOOD-1/related")) == 12
    assert examined() <= FEW_MORE
