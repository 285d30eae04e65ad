"""Words as they are typed and as they are kept."""

import pytest

from efi.domain.texts import folded
from readmodels.misspelling import is_near, keys, keys_of
from readmodels.wording import asked, beginnings, split, words, words_of_names


@pytest.mark.parametrize(
    ("text", "plain"), [("Côte", "cote"), ("Smørrebrød", "smorrebrod"), ("Bœuf", "boeuf"), ("Weißwurst", "weisswurst")]
)
def test_case_accents_and_ligatures_make_no_difference(text, plain):
    assert folded(text) == plain


def test_a_text_has_each_of_its_words_once():
    assert words("Bob's olives, OLIVES", "OLI-1") == ["1", "bob", "bobs", "oli", "oli1", "olive", "olives", "s"]


def test_the_words_of_a_search_keep_their_order_and_those_that_say_nothing_are_passed_over():
    assert [word.typed for word in asked("The Queen of olives, the QUEEN")] == ["queen", "olives"]
    assert [word.typed for word in asked("of the")] == ["of", "the"]


def test_no_more_words_are_looked_for_than_people_type():
    assert len(asked(" ".join(f"w{number}" for number in range(50)))) == 10


@pytest.mark.parametrize(
    ("word", "begins"),
    [
        ("olives", ["olive"]),
        ("berries", ["berri", "berry"]),
        ("tomatoes", ["tomato"]),
        ("roes", ["roe"]),
        ("pies", ["pie"]),
        ("fritters", ["fritter"]),
        ("boxes", ["box"]),
        ("leaves", ["leaf", "leaves"]),
        ("knives", ["knife", "knives"]),
        ("brownies", ["browni"]),
        ("chilies", ["chili", "chily"]),
        ("geese", ["geese", "goose"]),
        ("olive", ["olive"]),
        ("swiss", ["swiss"]),
        ("gas", ["gas"]),
        ("feta", ["feta"]),
    ],
)
def test_a_plural_stands_for_its_singular_too(word, begins):
    assert beginnings(word) == tuple(begins)


@pytest.mark.parametrize(
    ("name", "asked_for"),
    [
        ("Cherries in syrup", "cherry"),
        ("Bay Leaves", "leaf bayleaf bayleaves"),
        ("O’Brien’s Irish stew", "obriens obrien brien"),
        ("D'Artagnan pâté", "dartagnan artagnan"),
        ("Sun-dried tomatoes", "sundried sun dried tomato"),
    ],
)
def test_a_name_is_found_by_its_singulars_and_however_its_words_are_parted(name, asked_for):
    assert set(asked_for.split()) <= set(words_of_names(name))


def test_the_words_of_a_name_come_first_in_their_order():
    assert words_of_names("Bay Leaves")[:2] == split("Bay Leaves") == ["bay", "leaves"]


def test_a_word_may_stand_joined_to_its_neighbour():
    [sun, dried] = asked("sun dried")
    assert sun.begun == ("sun",)
    assert dried.begun == ("dried", "sundried")


@pytest.mark.parametrize("quote", "'‘’ʼ`´′")
def test_apostrophes_of_any_shape_close_up(quote):
    assert split(f"O{quote}Brien{quote}s") == ["obriens"]


MISSPELT = [
    ("gorgonzla", "gorgonzola"),
    ("chedder", "cheddar"),
    ("chedar", "cheddar"),
    ("fettta", "fetta"),
    ("oilve", "olive"),
]


@pytest.mark.parametrize(("typed", "meant"), MISSPELT)
def test_words_that_are_nearly_the_same_share_a_key(typed, meant):
    assert is_near(typed, meant)
    assert is_near(meant, typed)
    assert keys(typed).intersection(keys_of([meant]))


@pytest.mark.parametrize(
    ("typed", "other"),
    [("feta", "beta"), ("chedar", "cheshire"), ("olives", "olvsie"), ("salt", "malt"), ("abcd", "acbdx")],
)
def test_words_with_another_first_letter_or_two_mistakes_are_others(typed, other):
    assert not is_near(typed, other)


def test_short_words_and_numbers_are_never_misspelt():
    assert keys_of(["oil", "x1234", "500"]) == set()
