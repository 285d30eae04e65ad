"""Which drawing stands for what: none shows another food than the product's."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from readmodels.shop.drawings import (
    DEPARTMENTS,
    FOODS,
    NOTHING_KNOWN,
    PACKAGES,
    drawing_of_category,
    drawing_of_product,
)

NORTHWIND = Path(__file__).parents[3] / "demo" / "northwind"
DEMO = {
    "basket": "058",
    "beer": "002 034 035 067 070 075",
    "biscuit": "019 047 068",
    "block": "033 069 071",
    "blue": "011 031",
    "bottle": "038 039 076",
    "bowl": "041 042 056 057 064",
    "bread": "022 023",
    "cake": "016 021",
    "can": "017 024 028 040",
    "chili": "004 065",
    "chocolate": "027 048 050",
    "cup": "001 043",
    "dried": "007 051",
    "fish": "030 036 037 045 046",
    "flask": "003 015 061",
    "jar": "006 008 010 020 025 063 066 073",
    "mozzarella": "072",
    "packet": "005 009 018 044 055 077",
    "pie": "053 054 062",
    "sausages": "029",
    "seaweed": "013",
    "sweets": "026 049",
    "tofu": "014 074",
    "tub": "032",
    "wheat": "052",
    "wheel": "012 059 060",
}
"""What is drawn of each product of the demo, each looked at."""


def of(said, unit="", *, categories=()):
    return drawing_of_product(categories, said, unit)


def rows(file):
    with (NORTHWIND / file).open() as lines:
        return list(csv.DictReader(lines))


def test_everything_that_may_be_shown_is_drawn():
    drawn = {file.stem for file in (settings.SHOP_ASSETS / "drawings").glob("*.svg")}
    named = {name for name, _ in (*FOODS, *PACKAGES)}
    assert {*named, *DEPARTMENTS.values(), NOTHING_KNOWN} == drawn


def test_each_product_of_the_demo_has_a_drawing_of_its_food_or_of_its_package():
    drawn = {
        row["sku"]: of(f"{row['name']}. {row['short_description']}", row["unit"], categories=[row["category"]])
        for row in rows("products.csv")
    }
    assert drawn == {f"NW-{number}": name for name, numbers in DEMO.items() for number in numbers.split()}


def test_each_department_of_the_demo_has_a_drawing():
    assert NOTHING_KNOWN not in {drawing_of_category(row["slug"]) for row in rows("categories.csv")}


@pytest.mark.parametrize(
    ("said", "unit", "drawing"),
    [
        ("Chocolate biscuits", "10 boxes", "biscuit"),
        ("Olives in olive oil", "12 jars", "olive"),
        ("Olive oil", "6 bottles", "oil"),
        ("Ginger beer", "24 bottles", "flask"),
        ("Dried pears", "12 pkgs.", "dried"),
        ("Pears", "5 kg", "pear"),
        ("Salmon roe", "12 jars", "jar"),
    ],
)
def test_what_says_more_goes_before_what_says_less(said, unit, drawing):
    assert of(said, unit) == drawing


def test_of_what_is_not_known_the_package_is_drawn():
    assert of("Mutton", "20 - 1 kg tins") == "can"
    assert of("Snails", "12 jars") == "jar"


def test_without_a_package_the_nearest_category_decides_if_it_is_named_for_a_food():
    assert of("Kalamata", "500 g", categories=["table-olives", "mezze"]) == "olive"
    assert of("Kalamata", "500 g", categories=["mezze", "olives"]) == "olive"


@pytest.mark.parametrize("department", sorted(DEPARTMENTS.keys() - {"cheese"}))
def test_of_what_nothing_is_known_no_food_is_drawn(department):
    assert of("Grandmother's", "24 pieces", categories=[department]) == NOTHING_KNOWN


def test_words_are_whole_ones():
    assert of("Teatime", "24 pieces") == NOTHING_KNOWN
