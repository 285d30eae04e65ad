"""How pages go out: what caches and browsers are told, and what the pages refer to."""

import re
from urllib.parse import urlsplit

import pytest

from efi.http.problems import KINDS
from readmodels.shop import views
from tests.api.shop import bell_under_way, caught_up, on_sale
from tests.readmodels.shop.window import Page

ADDRESSES = ["/", "/products", "/products?in_stock=true", "/categories/mezze", "/products/kalamata-olives~oli-1"]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_has_not_changed_is_not_sent_again(window, goods, address):
    first = window.get(address)
    again = window.get(address, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer["Cache-Control"] == "public, max-age=5, stale-while-revalidate=60"
        assert answer["As-Of"]
        assert not answer.cookies


@pytest.mark.parametrize("address", ADDRESSES[:4])
def test_a_page_whose_products_have_changed_is_sent_again(window, goods, address):
    before = window.get(address)["ETag"]
    on_sale("Almonds", "ALM-1", categories=(goods.mezze,))
    caught_up()
    changes = "in_stock" not in address
    assert (window.get(address, if_none_match=before).status_code == 200) is changes


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_runs_nothing_of_others_and_stands_in_no_frame(window, goods, address):
    answer = window.get(address)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_needs_what_its_policy_forbids(window, goods, address):
    page = window.page(address)
    assert not page.all("style")
    assert not any(name == "style" or name.startswith("on") for _, attributes in page.elements for name in attributes)
    scripts = page.all("script")
    assert all("src" in one or one["type"] == "application/ld+json" for one in scripts)


@pytest.mark.parametrize("address", [*ADDRESSES, "/robots.txt", "/sitemap.xml"])
def test_a_page_can_be_asked_for_by_its_head(window, goods, address):
    head = window.client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert window.client.post(address).status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_picture_keeps_its_place_free(window, goods, address):
    pictures = window.page(address).all("img")
    assert pictures
    assert all(one["width"] and one["height"] and "alt" in one for one in pictures)


def test_every_link_of_the_shop_leads_somewhere(window, goods):
    seen, ahead = set(), ["/"]
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = window.get(address, accept="text/html")
        assert answer.status_code == 200, address
        if address.startswith(("/api/", "/sitemap", "/static/")):
            continue
        page = Page(answer)
        named = [*page.links, *(one["src"] for one in page.all("img")), *(one["href"] for one in page.all("link"))]
        assert all(urlsplit(one).netloc in ("", "testserver") for one in named)
        ahead += [urlsplit(one)._replace(scheme="", netloc="", fragment="").geturl() or "/" for one in named]
    assert {"/products/feta~fet-1", "/categories/cheese", "/sitemap.xml"} <= seen


def test_files_for_browsers_are_kept_for_good_at_addresses_of_their_contents(window, goods):
    sheet = window.page("/").link(href=next(one["href"] for one in window.page("/").all("link", rel="stylesheet")))
    assert re.match(r"/static/shop-[0-9a-f]{12}/", sheet)
    assert "immutable" in window.get(sheet)["Cache-Control"]


def test_a_page_says_how_fresh_it_is_and_how_to_read_it_anew(window, goods):
    page = window.page("/products?country=GR")
    assert "as of" in page.text
    assert "catching up" not in page.text
    answer = window.get("/products?country=GR&refresh=now")
    assert answer["Cache-Control"] == "private, no-store"
    assert "/products?country=GR&refresh=now" in page.links


def test_a_page_that_is_behind_says_so(window, goods):
    known = window.get("/")["ETag"]
    bell_under_way("product_catalog", seconds=60)
    assert window.get("/", if_none_match=known).status_code == 200
    assert "catching up" in window.page("/").text


def test_a_refreshed_product_shows_what_the_log_says_now(window, goods):
    late = on_sale("Labneh", "LAB-1", categories=(goods.mezze,))
    window.page("/products/LAB-1", status=404)
    assert window.get(f"/products/{late}?refresh=now").status_code == 301


def test_people_are_told_in_pages_and_programs_in_problems(window, goods):
    page = window.page("/no/such/page", status=404)
    assert "This shelf is empty" in page.text
    assert set(page.response["Content-Security-Policy"].split("; ")) == POLICY
    assert window.get("/no/such/page")["Content-Type"] == "application/problem+json"
    for address in ("/api/v1/nothing", "/api/v1/products/NO-1"):
        assert window.get(address, accept="text/html, */*")["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("error", "kind"), [(ValueError("spilt secrets"), "internal")])
def test_a_fault_is_told_without_its_secrets(window, goods, monkeypatch, error, kind):
    def fail(*_):
        raise error

    monkeypatch.setattr(views, "_read", fail)
    page = window.page("/products", status=KINDS[kind].status)
    assert "Something went wrong here" in page.text
    assert page.response["X-Request-ID"] in page.text
    assert "secrets" not in page.text
