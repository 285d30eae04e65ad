"""How often one may ask, and what who asks more often is told."""

import pytest

from efi.http import rate_limits
from tests.api.shop import Caller, caught_up, on_sale, problem

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def may(settings, monkeypatch):
    """Sets limits, of which nothing is spent."""
    rate_limits._own.cache_clear()

    def may(**limits):
        settings.LIMITS = {**settings.LIMITS, **limits}

    return may


def read(shop, path="/api/v1/products", at=HERE, **headers):
    return shop.guest.client.get(path, REMOTE_ADDR=at, headers=headers)


def test_who_reads_too_often_is_told_so_and_when_to_come_again(shop, may):
    may(reads="2/minute")
    assert [read(shop).status_code for _ in range(3)] == [200, 200, 429]
    refused = read(shop)
    assert problem(refused)["code"] == "too_many"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Policy"] == '"reads";q=2;w=60'
    assert refused["RateLimit"] == f'"reads";r=0;t={refused["Retry-After"]}'
    assert refused["Cache-Control"] == "private, no-store"
    assert refused["X-Request-ID"]


def test_others_are_not_kept_waiting_by_who_reads_too_often(shop, may):
    may(reads="1/minute")
    assert [read(shop, at=where).status_code for where in (HERE, HERE, ELSEWHERE)] == [200, 429, 200]


@pytest.mark.parametrize("path", ["/health/live", "/status/read-models", "/admin/login/"])
def test_what_machines_and_staff_read_is_not_counted(shop, may, path):
    may(reads="1/minute")
    assert [read(shop, path).status_code for _ in range(3)] == [200] * 3


def test_searches_are_fewer(shop, may):
    on_sale("Kalamata olives", "OLI-1")
    caught_up()
    may(reads="100/minute", searches="2/minute")
    asked = ["/api/v1/products?q=olives", "/api/v1/search/suggest?q=ol", "/products?q=olives", "/api/v1/products"]
    assert [read(shop, path).status_code for path in asked] == [200, 200, 429, 200]


@pytest.mark.parametrize(
    ("costly", "as_many_as"),
    [
        ("q=olives&facets=country", 2),
        ("q=olives&include=total", 2),
        ("q=olives&facets=country&include=total", 3),
        ("q=olvies", 2),
        ("q=nothing", 2),
    ],
)
def test_searches_that_cost_more_count_for_more(shop, may, costly, as_many_as):
    on_sale("Kalamata olives", "OLI-1")
    caught_up()
    may(searches=f"{as_many_as}/minute")
    assert read(shop, f"/api/v1/products?{costly}").status_code == 200
    assert read(shop, "/api/v1/products?q=olives").status_code == 429
    may(searches=f"{as_many_as + 2}/minute")
    rate_limits._own.cache_clear()
    told = [
        read(shop, f"/api/v1/products?{query}").status_code for query in (costly, "q=olives", "q=olives", "q=olives")
    ]
    assert told == [200, 200, 200, 429]


def test_a_page_of_the_shop_counts_its_facets_too(shop, may):
    on_sale("Kalamata olives", "OLI-1")
    caught_up()
    may(searches="2/minute")
    assert [read(shop, "/products?q=olives").status_code for _ in range(2)] == [200, 429]


def test_a_search_that_costs_more_than_the_limit_is_still_one(shop, may):
    may(searches="1/minute")
    query = "/api/v1/products?q=olives&facets=country&include=total"
    assert [read(shop, query).status_code for _ in range(2)] == [200, 429]


def test_a_person_is_shown_a_page(shop, may):
    may(reads="1/minute")
    read(shop, "/products")
    refused = read(shop, "/products", accept="text/html")
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert "That was a little fast" in refused.content.decode()
    assert refused["Retry-After"]


def test_an_account_gives_so_many_commands_and_another_its_own(shop, may):
    may(commands="2/minute")
    given = [shop.maria.give("create_category", {"name": f"Shelf {number}"}).status_code for number in range(3)]
    assert given == [201, 201, 429]
    assert shop.elias.give("create_category", {"name": "Mezze"}).status_code == 201
    assert shop.maria.get("commands").status_code == 200


def test_one_place_tries_so_many_passwords_whosever_they_are(shop, may):
    may(sign_ins="2/minute")
    assert [sign_in(shop, f"{name}@shop.example", HERE) for name in "abc"] == [200, 200, 429]


@pytest.mark.parametrize(
    "other",
    ["ｍａｒｉａ@shop.example", "ＭＡＲＩＡ@shop.example", " " * 300 + "maria@shop.example", "maria＠shop.example"],
)
def test_the_sixth_try_for_an_account_is_refused_however_its_name_is_written(shop, other):
    names = ["maria@shop.example", other, "Maria@shop.example"] * 2
    assert [sign_in(shop, name, HERE) for name in names] == [200] * 5 + [429]
    assert sign_in(shop, "maria@shop.example", ELSEWHERE) == 200


def test_of_an_account_that_nobody_has_as_much_is_told(shop):
    assert [sign_in(shop, "nobody@shop.example", HERE) for _ in range(6)] == [200] * 5 + [429]


def test_whoever_comes_in_may_fail_five_times_again(shop):
    shop.accounts["maria"].set_password("olives")
    shop.accounts["maria"].save()
    tries = [*["wrong"] * 4, "olives", *["wrong"] * 5]
    told = [sign_in(shop, "maria@shop.example", HERE, password) for password in tries]
    assert told == [200] * 4 + [302] + [200] * 5


def sign_in(shop, name, at, password="wrong"):
    form = {"username": name, "password": password}
    return Caller().client.post("/admin/login/", form, REMOTE_ADDR=at, headers={"accept": "text/html"}).status_code


def test_whoever_writes_the_header_is_not_believed_unless_a_proxy_is_named(shop, may, settings):
    may(reads="1/minute")
    assert [read(shop, x_forwarded_for=at).status_code for at in ("198.51.100.1", "198.51.100.2")] == [200, 429]


def test_of_what_a_proxy_passes_on_its_own_word_is_believed_alone(shop, may, settings):
    settings.BEHIND_TLS = True
    may(reads="1/minute")
    told = ["198.51.100.1", "203.0.113.9, 198.51.100.1", "198.51.100.1, 203.0.113.9"]
    assert [read(shop, x_forwarded_for=hops).status_code for hops in told] == [200, 429, 200]


def test_a_home_with_many_addresses_of_its_own_is_one(shop, may):
    may(reads="1/minute")
    told = ["2001:db8:1:2::1", "2001:db8:1:2::ffff", "2001:db8:1:3::1", "::ffff:192.0.2.1", HERE]
    assert [read(shop, at=where).status_code for where in told] == [200, 429, 200, 200, 429]


def test_no_limit_is_none(shop, may):
    may(reads="")
    assert {read(shop).status_code for _ in range(20)} == {200}
