"""Which engine answers, and what Elasticsearch finds beyond what MongoDB does."""

import pytest

from tests.api.shop import Shop, caught_up, emptied, names, on_sale, stocked
from tests.catalog.catalogue import category

OIL, ANTON, CHEDDAR = "Cold-pressed olive oil", "Anton's roasting salt", "Cheddar"


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    pantry, cheese = category("Pantry"), category("Cheese")
    on_sale(OIL, "OIL-1", description="From Kalamata & <b>around</b>", ingredients="Olives", categories=(pantry,))
    on_sale(ANTON, "SAL-1", short_description="Baked in an oven", brand="Chef Anton", categories=(pantry,))
    stocked(on_sale(CHEDDAR, "CHE-1", country="GB", tags=("mature",), categories=(cheese,)))
    caught_up()
    return Shop(accounts)


def found(shop, query, **headers):
    return shop.guest.get(f"products?q={query}", **headers)


def test_an_answer_says_which_engine_has_found_it(shop, engine):
    for address in ("products?q=oil", "search/suggest?q=oil"):
        assert shop.guest.get(address).json()["meta"]["search"] == engine


def test_a_list_that_nothing_was_searched_in_names_no_engine(shop):
    assert "search" not in shop.guest.get("products").json()["meta"]


def test_who_wants_the_newest_is_answered_off_the_documents(shop):
    given = shop.maria.give("create_category", {"name": "Oils"})
    for headers in ({"cache_control": "no-cache"}, {"consistency_token": given["Consistency-Token"]}):
        assert found(shop, "oil", **headers).json()["meta"]["search"] == "mongodb"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chedar", CHEDDAR),
        ("cheddr", CHEDDAR),
        ("chedder", CHEDDAR),
        ("chesdar", CHEDDAR),
        ("chese", CHEDDAR),
        ("mautre", CHEDDAR),
        ("olvie+oil", OIL),
        ("roastng+salt", ANTON),
    ],
)
def test_one_misspelling_is_forgiven_where_nothing_is_found_as_typed(shop, typed, meant):
    assert names(found(shop, typed)) == [meant]


@pytest.mark.parametrize("typed", ["dheddar", "oyl", "cheddar+nothing", "SAL-2"])
def test_a_first_letter_a_short_word_and_a_number_are_not_forgiven(shop, typed):
    assert names(found(shop, typed)) == []


def test_what_is_found_as_typed_brings_nothing_that_is_only_like_it(shop):
    assert names(found(shop, "salt")) == [ANTON]


def test_a_search_box_forgives_too(shop, engine):
    told = shop.guest.get("search/suggest?q=chedar").json()["data"]["products"]
    assert [one["name"] for one in told] == [CHEDDAR]


def test_elasticsearch_forgives_in_a_word_that_is_not_typed_whole(shop, engine):
    told = shop.guest.get("search/suggest?q=chadd").json()["data"]["products"]
    assert [one["name"] for one in told] == ([CHEDDAR] if engine == "elasticsearch" else [])


@pytest.mark.parametrize(
    ("typed", "left"), [("roasted", ANTON), ("baking", ANTON), ("pressing", OIL), ("maturing", CHEDDAR)]
)
def test_elasticsearch_finds_words_in_other_forms(shop, engine, typed, left):
    assert names(found(shop, typed)) == ([left] if engine == "elasticsearch" else [])


def test_misspelt_words_are_counted_as_they_are_found(shop):
    meta = found(shop, "chedar&facets=country&include=total").json()["meta"]
    assert (meta["total"], meta["facets"]["country"]) == (1, [{"value": "GB", "count": 1}])


def test_what_filters_alone_leave_out_is_no_misspelling(shop):
    assert names(found(shop, "cheddar&country=GR")) == []
    assert names(found(shop, "chedar&country=GR")) == []


def test_elasticsearch_shows_where_it_has_found_something_as_html(shop, engine):
    meta = found(shop, "kalam+olive&include=highlights").json()["meta"]
    if engine == "mongodb":
        assert "highlights" not in meta
        return
    [marks] = meta["highlights"].values()
    assert marks["name"] == ["Cold-pressed <mark>olive</mark> oil"]
    assert marks["description"] == ["From <mark>Kalamata</mark> &amp; &lt;b&gt;around&lt;&#x2F;b&gt;"]
    assert marks["ingredients"] == ["<mark>Olives</mark>"]


@pytest.mark.parametrize(("typed", "mark"), [("chedd", CHEDDAR), ("chedar", CHEDDAR), ("cheddars", CHEDDAR)])
def test_elasticsearch_marks_beginnings_and_what_it_has_forgiven(shop, engine, typed, mark):
    meta = found(shop, f"{typed}&include=highlights").json()["meta"]
    if engine == "elasticsearch":
        [marks] = meta["highlights"].values()
        assert marks["name"] == [f"<mark>{mark}</mark>"]


def test_a_beginning_is_marked_though_it_is_longer_than_the_stem(shop, engine):
    meta = found(shop, "roastin&include=highlights").json()["meta"]
    if engine == "elasticsearch":
        [marks] = meta["highlights"].values()
        assert marks["name"] == ["Anton&#x27;s <mark>roasting</mark> salt"]


def test_nothing_is_shown_that_was_not_asked_for(shop):
    assert "highlights" not in found(shop, "olive").json()["meta"]
