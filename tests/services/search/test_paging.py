"""Pages: every row once, in any order, whatever is put in between."""

from datetime import timedelta

import pytest
from django.core import signing

from tests.api.shop import Shop, caught_up, emptied, names, on_sale, refused
from tests.catalog.catalogue import category
from tests.given import NOW

LISTED = ("name", "price", "-price", "newest", "best_before")
SORTS = (*LISTED, *(f"{sort}&q=mezze" for sort in (*LISTED, "relevance")))
PRODUCTS = 26


@pytest.fixture(scope="module")
def shop(accounts):
    """Products of which many have the same name, price and moment of listing."""
    emptied()
    mezze = category("Mezze")
    for number in range(PRODUCTS):
        alike = {"price": f"{number % 3 + 1}.50", "at": NOW + timedelta(hours=number % 4)}
        on_sale(("olives", "Olives", "Ólives", "Tahini")[number % 4], f"SKU-{number}", categories=(mezze,), **alike)
    caught_up()
    return Shop(accounts)


def pages(shop, address):
    """From the first to the last, by the links alone."""
    while address:
        page = shop.guest.get(address).json()
        yield page["data"]
        address = page["links"].get("next", "").removeprefix("/api/v1/")


def skus(rows):
    return [row["sku"] for row in rows]


def test_a_page_has_24_rows_unless_told(shop):
    page = shop.guest.get("products")
    assert len(page.json()["data"]) == 24


def test_a_page_that_is_not_the_last_links_to_the_next_in_its_body_and_in_a_header(shop):
    page = shop.guest.get("products?limit=10&country=GR")
    following = page.json()["links"]["next"]
    assert following.startswith("/api/v1/products?limit=10&country=GR&cursor=")
    assert page["Link"] == f'<{following}>; rel="next"'


def test_the_last_page_links_to_none(shop):
    page = shop.guest.get("products?limit=100")
    assert page.json()["links"] == {}
    assert "Link" not in page


def test_a_page_that_ends_with_the_last_row_links_to_none(shop):
    assert shop.guest.get(f"products?limit={PRODUCTS}").json()["links"] == {}


@pytest.mark.parametrize("limit", [1, 4, 7, 25])
@pytest.mark.parametrize("sort", SORTS)
def test_every_row_comes_once_and_in_order_though_many_are_alike(shop, sort, limit):
    whole = skus(shop.guest.get(f"products?sort={sort}&limit=100").json()["data"])
    in_pages = [skus(page) for page in pages(shop, f"products?sort={sort}&limit={limit}")]
    assert sum(in_pages, []) == whole
    assert {len(page) for page in in_pages[:-1]} == {limit}


@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_narrowed_like_their_first(shop, sort):
    rows = sum(pages(shop, f"products?sort={sort}&limit=3&price_max=1.50"), [])
    assert len(rows) == len(set(skus(rows))) == 9
    assert {row["price"]["amount"] for row in rows} == {"1.50"}


@pytest.mark.parametrize("given", ["0", "101", "-1", "1.5", "1e1", "٣", "many", "0x10", "1" * 400])
def test_a_limit_that_is_not_1_to_100_is_refused(shop, given):
    refused(shop.guest.get(f"products?limit={given}"), 400, "limit")


def test_a_cursor_is_good_for_its_own_query_alone(shop):
    cursor = shop.guest.get("products?limit=5").json()["links"]["next"].partition("cursor=")[2]
    for query in ("limit=5&sort=price", "limit=5&country=GR", "limit=6", "", "limit=5&category=mezze"):
        refused(shop.guest.get(f"products?{query}&cursor={cursor}"), 400, "cursor")


def test_a_cursor_that_is_not_ours_is_refused(shop):
    ours = shop.guest.get("products?limit=5").json()["links"]["next"].partition("cursor=")[2]
    foreign = signing.dumps({"product:1": 1}, salt="consistency")
    for cursor in (ours[:-1], ours[1:], ours[: len(ours) // 2], ours + "A", ours.swapcase(), foreign, "x", "%00", "é"):
        refused(shop.guest.get(f"products?limit=5&cursor={cursor}"), 400, "cursor")


def test_the_same_page_links_to_the_same_next(shop):
    links = {shop.guest.get("products?limit=5").json()["links"]["next"] for _ in range(2)}
    assert len(links) == 1


def test_a_name_as_long_as_a_name_may_be_can_be_paged_behind(shop):
    syllables = "".join(chr(0xAC00 + 7_919 * number % 11_172) for number in range(200))  # three letters each
    formula = "\ufdfa" * 200  # eighteen letters each
    for number, name in enumerate((syllables, formula)):
        on_sale(name, f"LONG-{number}", country="CN")
    caught_up()
    for sort in ("sort=name&", ""):
        found = sum(pages(shop, f"products?{sort}country=CN&limit=1"), [])
        assert {row["name"] for row in found} == {syllables, formula}


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_put_in_meanwhile_moves_nothing(shop, sort):
    before = skus(shop.guest.get(f"products?sort={sort}&limit=100&category=mezze").json()["data"])
    turning = pages(shop, f"products?sort={sort}&limit=6")
    seen = skus(next(turning))
    for number, place in enumerate(("Aaa", "Zzz")):
        on_sale(place, f"NEW-{SORTS.index(sort)}-{number}", price="0.50", at=NOW + timedelta(days=1))
    caught_up()
    seen += sum((skus(page) for page in turning), [])
    assert len(seen) == len(set(seen))
    assert [sku for sku in seen if sku in before] == before


def test_the_pages_of_an_empty_list_are_one(shop):
    page = shop.guest.get("products?country=XX")
    assert (names(page), page.json()["links"], page.json()["meta"]["updated_at"]) == ([], {}, None)
