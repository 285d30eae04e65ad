"""Every address: nothing may be kept by a cache that its view has not said to be for everybody."""

import pytest

from catalog.commands.bundles import CreateBundle
from tests.api.shop import caught_up, on_sale
from tests.api.test_who_may_what import address_in, all_routes
from tests.given import bbd, say

PRIVATE = "private, no-store"
FOR_EVERYBODY = {
    "",
    "api/v1/bundles",
    "api/v1/bundles/<str:key>",
    "api/v1/categories",
    "api/v1/categories/<str:slug>",
    "api/v1/products",
    "api/v1/products/<str:key>",
    "api/v1/products/<str:key>/history",
    "api/v1/products/<str:key>/price",
    "api/v1/products/<str:key>/related",
    "api/v1/schema",
    "api/v1/search/suggest",
    "categories/<str:slug>",
    "media/<str:folder>/<str:digest>-<int:width>.webp",
    "products",
    "products/<str:key>",
    "robots.txt",
    "sitemap-<int:part>.xml",
    "sitemap.xml",
}


@pytest.fixture
def full(shop, olives):
    shop.olives = olives
    shop.bundle = say(
        CreateBundle(name="Mezze for two", product_ids=(olives, on_sale("Tahini", "TAH-1")), price=bbd("9.00"))
    ).id
    caught_up()
    return shop


def kept_by_caches(full, caller):
    answers = {route: caller.client.get(address_in(route, full)) for route in all_routes()}
    return {route for route, answer in answers.items() if answer["Cache-Control"] != PRIVATE}


@pytest.mark.parametrize("who", ["guest", "elias"])
def test_nothing_is_public_that_does_not_say_so(full, who):
    assert kept_by_caches(full, getattr(full, who)) == FOR_EVERYBODY


def test_a_view_that_makes_something_public_is_noticed(full, settings):
    settings.ROOT_URLCONF = "tests.api.planted_addresses"
    assert kept_by_caches(full, full.guest) - FOR_EVERYBODY == {"planted/says_public"}


def test_a_view_is_public_by_accident_where_the_middleware_is_away(full, settings):
    settings.ROOT_URLCONF = "tests.api.planted_addresses"
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.endswith("private_unless_said")]
    assert full.guest.client.get("/planted/says_it_by_hand")["Cache-Control"] != PRIVATE
    assert "Cache-Control" not in full.guest.client.get("/planted/says_nothing")


@pytest.mark.parametrize("address", ["/no/such/page", "/api/v1/products?x=1", "/api/v1/commands", "/admin/"])
def test_what_goes_wrong_is_kept_by_nobody(shop, address):
    assert shop.guest.client.get(address)["Cache-Control"] == PRIVATE
