"""Allergens stand out among the ingredients."""

import pytest

from catalog.values import Allergen
from readmodels.shop.ingredients import NAMES, emphasised


def containing(*allergens):
    return {"stated": True, "contains": list(allergens)}


@pytest.mark.parametrize(
    ("contains", "text", "shown"),
    [
        (["SESAME"], "Sesame seed, lemon", "<strong>Sesame</strong> seed, lemon"),
        (["GLUTEN", "DAIRY"], "WHEAT flour, butter", "<strong>WHEAT</strong> flour, <strong>butter</strong>"),
        (["DAIRY"], "Cocoa butter, coconut milk, milk", "Cocoa butter, coconut milk, <strong>milk</strong>"),
        (["EGGS"], "Eggplant, egg white", "Eggplant, <strong>egg</strong> white"),
        (["MOLLUSCS"], "Clams, prawns", "<strong>Clams</strong>, prawns"),
        ([], "Wheat-free oats", "Wheat-free oats"),
    ],
)
def test_what_the_label_says_is_in_it_stands_out_and_nothing_else(contains, text, shown):
    assert emphasised(text, containing(*contains)) == shown


def test_where_no_allergens_are_stated_every_one_that_is_named_stands_out():
    shown = emphasised("Wheat flour, mustard", {"stated": False})
    assert shown == "<strong>Wheat</strong> flour, <strong>mustard</strong>"


def test_what_is_no_text_is_still_escaped():
    shown = emphasised("<b>milk</b> & salt", containing("DAIRY"))
    assert shown == "&lt;b&gt;<strong>milk</strong>&lt;/b&gt; &amp; salt"


def test_each_of_the_fourteen_has_names():
    assert set(NAMES) == set(Allergen)
