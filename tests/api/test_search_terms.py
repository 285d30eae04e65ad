"""What staff are told of searches, and that nobody waits for it."""

from urllib.parse import quote

import pytest
from pymongo import WriteConcern
from pymongo.errors import ConnectionFailure

from readmodels.models import SearchTerm
from readmodels.search import terms
from tests.api.shop import caught_up, names, on_sale
from tests.catalog.catalogue import category


@pytest.fixture
def shop(shop, monkeypatch):
    """Two products, and a log of searches that is written before one goes on."""
    monkeypatch.setattr(terms, "UNANSWERED", WriteConcern(w="majority"))
    terms.ensure_indexes()
    terms.terms().delete_many({})
    monkeypatch.setattr(terms, "room", terms.Room())
    mezze = category("Mezze")
    for name in ("Kalamata olives", "Olives in oil"):
        on_sale(name, f"OLI-{len(name)}", categories=(mezze,))
    caught_up()
    return shop


def told():
    """By text, how often it was asked and how often nothing came."""
    return {term.text: (term.asked, term.found_nothing) for term in SearchTerm.objects.all()}


def test_what_is_asked_is_counted_whoever_asks_and_however_it_is_typed(shop):
    for typed, caller in (("Olives", shop.guest), ("  OLIVES ", shop.elias), ("crème  fraîche", shop.guest)):
        caller.get(f"products?q={typed}")
    assert told() == {"olives": (2, 0), "creme fraiche": (1, 1)}


def test_nobody_is_told_with_it(shop):
    shop.elias.get("products?q=olives")
    [kept] = terms.terms().find()
    assert kept.keys() == {"_id", "asked", "found_nothing", "last_asked", "terms", "expires_at"}


def test_pages_behind_the_first_what_is_typed_so_far_and_what_is_asked_again_are_no_searches(shop):
    first = shop.guest.get("products?q=olives&limit=1")
    shop.guest.get(first.json()["links"]["next"].removeprefix("/api/v1/"))
    shop.guest.get("products?q=olives&limit=1", if_none_match=first["ETag"])
    shop.guest.get("search/suggest?q=oli")
    shop.guest.get("products")
    shop.guest.get("products?q=...")
    assert told() == {"olives": (1, 0)}


def test_no_more_is_kept_of_a_search_than_one_would_type(shop):
    shop.guest.get(f"products?q={'x' * 200}")
    assert list(told()) == ["x" * terms.LONGEST]


def test_a_search_is_answered_though_it_cannot_be_counted(shop, monkeypatch):
    def down():
        raise ConnectionFailure("the store is gone")

    monkeypatch.setattr(terms, "terms", down)
    assert names(shop.guest.get("products?q=kalamata")) == ["Kalamata olives"]


def kept_for():
    """By text, how many days after it was last asked."""
    return {term["_id"]: (term["expires_at"] - term["last_asked"]).days for term in terms.terms().find()}


def test_what_was_asked_once_goes_after_a_month_and_what_was_asked_again_after_a_year_and_more(shop):
    for typed in ("figs", "olives", "olives"):
        shop.guest.get(f"products?q={typed}")
    assert kept_for() == {"figs": 30, "olives": 400}
    expiring = terms.terms().index_information()["expires_at_1"]
    assert expiring["expireAfterSeconds"] == 0


@pytest.mark.parametrize(
    "typed",
    [
        "anna@shop.example",
        "where is anna@shop.example",
        "2465550123",
        "call 246-555-0123",
        "(246) 555 0123",
        "４１１１１１",
    ],
)
def test_what_may_be_somebodys_address_or_number_is_not_kept(shop, typed):
    assert shop.guest.get(f"products?q={quote(typed)}").status_code == 200
    assert told() == {}


@pytest.mark.parametrize("typed", ["oli-12345", "2 x 370 g", "cheese @ home"])
def test_what_only_holds_a_figure_is_kept(shop, typed):
    shop.guest.get(f"products?q={quote(typed)}")
    assert list(told()) == [typed]


def test_where_there_are_as_many_as_are_kept_none_is_added_and_those_known_are_counted(shop, monkeypatch):
    shop.guest.get("products?q=olives")
    monkeypatch.setattr(terms, "MOST_TERMS", 1)
    monkeypatch.setattr(terms, "room", terms.Room())
    for typed in ("figs", "olives"):
        shop.guest.get(f"products?q={typed}")
    assert told() == {"olives": (2, 0)}


def test_staff_see_first_what_is_asked_most_and_can_change_nothing(shop):
    for typed in ("figs", "olives", "olives", "figs", "olives"):
        shop.guest.get(f"products?q={typed}")
    page = shop.rita.client.get("/admin/readmodels/searchterm/").content.decode()
    assert page.index("olives") < page.index("figs")
    assert shop.rita.client.get("/admin/readmodels/searchterm/?q=fig").content.decode().count(">figs<") == 1
    for address in ("add/", "figs/delete/", "figs/history/"):
        assert shop.elias.client.get(f"/admin/readmodels/searchterm/{address}").status_code in (403, 404)
