"""Addresses that nobody means: whatever stands in them, nothing goes wrong here."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.api.shop import Shop, caught_up, emptied, on_sale, stocked
from tests.api.test_who_may_what import address_in, all_routes
from tests.catalog.catalogue import category
from tests.efi.test_accounts import WIDE

HUGE = (str(2**63), "9" * 5_000)
ABSURD = ["0", "-1", *HUGE, "NaN", "\0", "..", WIDE, "🫒", "x" * 3_000, "$where"]
PARAMETERS = ["p", "o", "e", "q", "of", "at", "page", "term", "from", "then", "all", "cursor", "in_stock", "refresh"]
WITHOUT_PARAMETERS = re.compile(
    r"(api|health|media|metrics|problems|status)/|admin/(.*/(add|delete|change|password)/|r/|jsi18n)"
)
PART = re.compile(r"<(\w+:)?(\w+)>|\(\?P<(url)>\.\*\)")


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    shop = Shop(accounts)
    shop.olives = shop.bundle = on_sale("Kalamata olives", "OLI-1", categories=(category("Mezze"),))
    stocked(shop.olives)
    caught_up()
    return shop


def absurd(route: str, shop: Shop) -> Iterator[str]:
    """Addresses of a route, each with something absurd in the place of one of its parts."""
    for part in PART.finditer(route):
        for value in ABSURD:
            around = route[: part.start()] + "@@" + route[part.end() :]
            yield address_in(around, shop).replace("@@", quote(value, safe=""))


@pytest.mark.parametrize("route", [route for route in all_routes() if PART.search(route)])
def test_an_address_with_something_absurd_in_it_is_no_fault_of_ours(shop, route):
    answers = {address: shop.elias.client.get(address).status_code for address in absurd(route, shop)}
    assert {address[:200]: status for address, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("route", [route for route in all_routes() if not WITHOUT_PARAMETERS.match(route)])
def test_an_absurd_parameter_is_no_fault_of_ours(shop, route):
    address = address_in(route, shop)
    asked = [f"{address}?{name}={quote(value)}" for name in PARAMETERS for value in ("9" * 30, "x\0")]
    answers = {one: shop.elias.client.get(one).status_code for one in asked}
    assert {one: status for one, status in answers.items() if status >= 500} == {}
