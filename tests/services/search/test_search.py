"""A search: what its words find, and what comes first."""

import pytest

from tests.api.shop import Shop, caught_up, discontinued, drafted, emptied, names, on_sale, stocked
from tests.catalog.catalogue import category

BLAYE, PRALINES, ROE = "Côte de Blaye", "Chocolate pralines", "Smørrebrød roe"
BARS, DRINK, CURD = "Cranberry bars", "Cocoa drink", "Bean curd"


@pytest.fixture(scope="module")
def shop(accounts):
    """Two branches of categories, and products that share words in their names, their labels and their descriptions."""
    emptied()
    sweets, dairy = category("Confectionery"), category("Dairy & Eggs")
    pralines = category("Pralines", below=sweets)
    on_sale(BLAYE, "WIN-01", description="A red wine. Good with chocolate.", categories=(category("Wines"),))
    on_sale(PRALINES, "SWE-01", description="In a box", categories=(pralines,))
    stocked(on_sale(BARS, "SWE-02", description="Covered with dark chocolate", categories=(sweets,)))
    discontinued(DRINK, "DRI-01", description="Hot chocolate from the Caribbean", categories=(sweets,))
    on_sale(ROE, "SEA-01", description="For bread and butter", categories=(category("Sea"),))
    on_sale(CURD, "DAI-01", description="Curd. Of soya", categories=(dairy,))
    drafted("Chocolate draft", "DRA-01", description="Chocolate", categories=(sweets,))
    caught_up()
    return Shop(accounts)


def found(shop, text, **more):
    query = "&".join(f"{name}={value}" for name, value in {"q": text, **more}.items())
    return names(shop.guest.get(f"products?{query}"))


@pytest.mark.parametrize(
    "typed", ["côte de blaye", "cote de blaye", "COTE", "blaye cote", "co bla", "Côte,blaye!", "c\u0302ote"]
)
def test_words_are_found_without_case_and_accents_in_any_order_and_as_they_are_typed(shop, typed):
    assert BLAYE in found(shop, typed)


@pytest.mark.parametrize("typed", ["smorrebrod", "smørrebrød", "SMØR", "roe smor"])
def test_letters_that_others_spell_in_two_strokes_are_found_as_others_type_them(shop, typed):
    assert found(shop, typed) == [ROE]


def test_every_word_must_be_found(shop):
    assert found(shop, "chocolate wine") == [BLAYE]
    assert found(shop, "chocolate herring") == []


def test_words_that_say_nothing_need_not_be_found(shop):
    assert found(shop, "curd of the bean") == [CURD]
    assert found(shop, "and") == [ROE]


@pytest.mark.parametrize("typed", ["sea-01", "SEA 01", "sea 0"])
def test_a_product_is_found_by_its_sku(shop, typed):
    assert ROE in found(shop, typed)


@pytest.mark.parametrize(("typed", "left"), [("breads", [ROE]), ("boxes", [PRALINES]), ("wines", [BLAYE])])
def test_what_is_asked_for_in_the_plural_is_found_in_the_singular(shop, typed, left):
    assert found(shop, typed) == left


def test_the_name_of_a_category_finds_the_products_of_its_branch(shop):
    assert found(shop, "confectionery") == [BARS, PRALINES, DRINK]
    assert found(shop, "dairy eggs") == [CURD]
    assert found(shop, "confectionery dark") == [BARS]


def test_a_word_in_the_name_weighs_more_than_a_category_and_that_more_than_the_description(shop):
    assert found(shop, "chocolate") == [PRALINES, BARS, BLAYE, DRINK]
    assert found(shop, "pralines")[0] == PRALINES


def test_among_equals_what_is_in_stock_comes_first_and_then_the_alphabet_decides(shop):
    assert found(shop, "confection") == [BARS, PRALINES, DRINK]


def test_a_whole_word_comes_before_a_beginning_and_a_name_that_starts_with_it_before_others(shop):
    assert found(shop, "c")[0] != ROE
    assert found(shop, "cur") == [CURD]


def test_what_is_found_may_be_narrowed_and_put_into_any_order(shop):
    assert found(shop, "chocolate", category="confectionery") == [PRALINES, BARS, DRINK]
    assert found(shop, "chocolate", in_stock="true") == [BARS]
    assert found(shop, "chocolate", sort="name") == [PRALINES, BLAYE, BARS, DRINK]


@pytest.mark.parametrize("typed", ["...", "%25", "$where", "*", "(", "\\", "^", "'", "😀"])
def test_signs_are_no_words_and_no_patterns(shop, typed):
    assert found(shop, typed) == []


def test_what_is_not_on_sale_is_not_found(shop):
    assert found(shop, "draft") == []
