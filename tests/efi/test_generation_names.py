"""How generations are called, and what is found by their names."""

import re

from efi.reading import generation_names
from efi.reading.generation_names import (
    collections_of,
    copies,
    facts_of,
    follower_of,
    followers_of,
    generations_of,
    undrawn,
)

DRAWN = "product_catalog_0f1e2d3c"


def test_no_two_are_called_alike():
    assert len({generation_names.draw("product_catalog") for _ in range(100)}) == 100


def test_a_drawn_name_is_known_as_one_of_its_read_model():
    drawn = generation_names.draw("product_catalog")
    assert re.match(generations_of(["categories", "product_catalog"]), drawn)
    assert not re.match(generations_of(["categories"]), drawn)


def test_without_read_models_there_are_no_generations():
    assert not re.match(generations_of([]), DRAWN)
    assert not re.match(generations_of([]), "_0f1e2d3c")


def test_documents_and_facts_are_its_collections_and_nothing_else_is():
    names = [DRAWN, facts_of(DRAWN), f"{DRAWN}_old", "product_catalog", "commits"]
    assert [name for name in names if re.match(collections_of(["product_catalog"]), name)] == [DRAWN, facts_of(DRAWN)]


def test_what_copies_it_is_called_after_it():
    search = follower_of(DRAWN, "search")
    assert copies(search, DRAWN)
    assert not copies(DRAWN, DRAWN)
    assert not copies("search_categories_0f1e2d3c", DRAWN)
    assert [name for name in (DRAWN, search, f"x{DRAWN}") if re.search(followers_of(DRAWN), name)] == [DRAWN, search]


def test_what_is_told_over_rebuilds_is_called_without_the_digits():
    assert [undrawn(name) for name in (DRAWN, follower_of(DRAWN, "search"), "letters")] == [
        "product_catalog",
        "search_product_catalog",
        "letters",
    ]
