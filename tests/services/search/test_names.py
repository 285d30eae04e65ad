"""Names as products have them, and as people type them: either number, together or apart, by any keyboard."""

import pytest

from tests.api.shop import Shop, caught_up, emptied, names, on_sale
from tests.catalog.catalogue import category

CHERRIES, CHERRY, LEAVES, LEAF = "Cherries in syrup", "Cherry brandy", "Bay Leaves", "Filo leaf"
PATE, STEW, PICKLES, ROE = "D'Artagnan pâté", "O’Brien’s Irish stew", "Łódź pickles", "Smørrebrød"
DRIED, SHORT, TIN = "Sun-dried tomatoes", "Shortbread", "Knife block"


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    shelves = (category("Sweet pastries"),)
    for number, name in enumerate((CHERRIES, CHERRY, LEAVES, LEAF, PATE, STEW, PICKLES, ROE, DRIED, SHORT, TIN)):
        on_sale(name, f"SN-{number:02}", categories=shelves)
    caught_up()
    return Shop(accounts)


def found(shop, typed):
    return names(shop.guest.get(f"products?q={typed}"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("cherry", [CHERRIES, CHERRY]),
        ("cherries", [CHERRIES, CHERRY]),
        ("leaf", [LEAVES, LEAF]),
        ("leaves", [LEAVES, LEAF]),
        ("bay leaf", [LEAVES]),
        ("knives", [TIN]),
        ("pickle", [PICKLES]),
        ("tomato", [DRIED]),
    ],
)
def test_one_number_of_a_word_finds_the_other_and_weighs_the_same(shop, typed, expected):
    assert sorted(found(shop, typed)) == sorted(expected)
    assert suggested(shop, typed) == sorted(expected)


def test_a_category_is_found_by_the_other_number_too(shop):
    assert len(found(shop, "pastry")) == len(found(shop, "pastries")) == 11


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dartagnan", PATE),
        ("d'artagnan", PATE),
        ("d’artagnan", PATE),
        ("d artagnan", PATE),
        ("artagnan", PATE),
        ("obriens", STEW),
        ("o'briens", STEW),
        ("o’brien’s", STEW),
        ("o brien", STEW),
        ("brien stew", STEW),
        ("irishstew", STEW),
        ("bayleaf", LEAVES),
        ("bayleaves", LEAVES),
        ("bay-leaves", LEAVES),
        ("sundried", DRIED),
        ("sun dried", DRIED),
        ("sundried tomato", DRIED),
        ("short bread", SHORT),
        ("short-bread", SHORT),
        ("lodz", PICKLES),
        ("łódź", PICKLES),
        ("smorrebrod", ROE),
        ("smørre brød", ROE),
    ],
)
def test_words_written_together_or_apart_find_each_other(shop, typed, expected):
    assert found(shop, typed) == [expected]
    assert suggested(shop, typed) == [expected]


def suggested(shop, typed):
    return sorted(one["name"] for one in shop.guest.get(f"search/suggest?q={typed}").json()["data"]["products"])
