"""Words as they are typed and as they are kept."""

import pytest

from readmodels.wording import asked, beginnings, folded, words


@pytest.mark.parametrize(
    ("text", "plain"), [("Côte", "cote"), ("Smørrebrød", "smorrebrod"), ("Bœuf", "boeuf"), ("Weißwurst", "weisswurst")]
)
def test_case_accents_and_ligatures_make_no_difference(text, plain):
    assert folded(text) == plain


def test_a_text_has_each_of_its_words_once():
    assert words("Bob's olives, OLIVES", "OLI-1") == ["1", "bob", "oli", "olives", "s"]


def test_the_words_of_a_search_keep_their_order_and_those_that_say_nothing_are_passed_over():
    assert asked("The Queen of olives, the QUEEN") == ["queen", "olives"]
    assert asked("of the") == ["of", "the"]


def test_no_more_words_are_looked_for_than_people_type():
    assert len(asked(" ".join(f"w{number}" for number in range(50)))) == 10


@pytest.mark.parametrize(
    ("word", "begins"),
    [
        ("olives", ["olive"]),
        ("berries", ["berrie", "berry"]),
        ("tomatoes", ["tomato"]),
        ("roes", ["roe"]),
        ("pies", ["pie"]),
        ("fritters", ["fritter"]),
        ("boxes", ["box"]),
        ("swiss", ["swiss"]),
        ("gas", ["gas"]),
        ("feta", ["feta"]),
    ],
)
def test_a_plural_stands_for_its_singular_too(word, begins):
    assert beginnings(word) == begins
