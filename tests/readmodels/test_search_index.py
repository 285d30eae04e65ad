"""What Elasticsearch is given of a product, and what it is asked; without one."""

import hashlib
import json

import pytest
from django.http import QueryDict

from efi.reading.projections import READ_MODELS
from readmodels import product_catalog
from readmodels.categories import NO_TREE
from readmodels.filters import narrowed
from readmodels.search import query
from readmodels.search.index import STUB, definition, indexed
from readmodels.search.query import Search, body
from readmodels.wording import asked as words_of

MAPPED = {12: "6505ad35a33000cd"}
"""By version of the fold, how its index is made."""


def test_an_index_that_is_made_otherwise_belongs_to_a_new_version_of_the_fold():
    """Or the index of a generation that stays would go on as it was made: raise the version, and note the new one."""
    made = hashlib.blake2b(json.dumps(definition(), sort_keys=True).encode(), digest_size=8).hexdigest()
    assert {READ_MODELS[product_catalog.NAME].version: made} == MAPPED


def test_an_index_cannot_be_read_as_it_is_made():
    assert definition()["settings"]["blocks.read"] is True


def test_of_a_product_that_lists_do_not_show_nothing_is_told():
    assert indexed({"listed": False, "name": "Olives", "price": {"amount": "8.50"}}) == STUB == {"listed": False}


def test_of_a_product_whose_first_commit_was_not_folded_nothing_is_told():
    assert indexed({**product_catalog.empty(), "_failed": {"product": 1}}) == STUB


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ("country=GR", [{"bool": {"should": [{"term": {"facets.country": "GR"}}]}}]),
        ("in_stock=true", [{"term": {"facets.in_stock": "true"}}]),
        ("tag=raw", [{"bool": {"filter": [{"term": {"facets.tag": "raw"}}]}}]),
        (
            "allergen_free=NUTS",
            [
                {"term": {"facets.allergens": "stated"}},
                {"bool": {"must_not": [{"term": {"facets.allergen": "NUTS"}}]}},
            ],
        ),
    ],
)
def test_conditions_are_asked_as_elasticsearch_takes_them(parameters, asked):
    [condition] = narrowed(QueryDict(parameters), NO_TREE).values()
    assert list(query.filters(condition)) == asked


def test_a_facet_is_counted_without_its_own_filter_and_with_the_others():
    conditions = narrowed(QueryDict("country=GR&storage=frozen&tag=raw"), NO_TREE)
    counted = {"country": ["country"], "storage": ["storage"]}
    told = body(Search(words=words_of("oil"), tree=NO_TREE, conditions=conditions, sort=(), limit=1, counted=counted))
    assert "facets.tag" in repr(told["query"])
    assert "facets.country" not in repr(told["query"])
    assert "facets.country" not in repr(told["aggs"]["country"]["filter"])
    assert "facets.storage" in repr(told["aggs"]["country"]["filter"])
    assert {"facets.country", "facets.storage"} == {
        field for one in told["post_filter"]["bool"]["filter"] for field in one["bool"]["should"][0]["term"]
    }


def test_words_longer_than_the_beginnings_that_are_kept_are_looked_through():
    told = repr(query.found(words_of("x" * 21), NO_TREE))
    assert "'prefix': {'words.all': " in told
    assert "'terms': {'words.all.begun'" not in told
