"""Counts beside a list: what each choice would leave."""

import pytest

from catalog.values import Allergen, Allergens, Certification, NotStated
from readmodels import facets
from tests.api.shop import Shop, caught_up, drafted, emptied, names, on_sale, refused, stocked
from tests.catalog.catalogue import category

BREAD, FETA, HALVA, OLIVES = "Bread", "Feta", "Halva", "Olives"

ORGANIC = {"certifications": (Certification.ORGANIC,), "tags": ("raw",)}


def stating(*contains, may_contain=()):
    return Allergens(contains=contains, may_contain=may_contain)


@pytest.fixture(scope="module")
def shop(accounts):
    """Four products: one states no allergens, one states that it has none."""
    emptied()
    mezze = category("Mezze")
    dips, cheese = category("Dips", below=mezze), category("Cheese")
    sesame = stating(Allergen.SESAME, may_contain=(Allergen.NUTS,))
    on_sale(BREAD, "BRE-1", country="LB", categories=(dips,), allergens=None, not_stated=(NotStated.ALLERGENS,))
    stocked(on_sale(FETA, "FET-1", categories=(cheese,), allergens=stating(Allergen.DAIRY), **ORGANIC))
    on_sale(HALVA, "HAL-1", country="LB", categories=(mezze, dips), allergens=sesame)
    certified = {"certifications": (Certification.ORGANIC, Certification.HALAL), "tags": ("raw", "vegan")}
    free = Allergens(certified_free=(Allergen.DAIRY,))
    stocked(on_sale(OLIVES, "OLI-1", categories=(mezze, cheese), allergens=free, **certified))
    drafted("Draft", "DRA-1", categories=(cheese,))
    caught_up()
    return Shop(accounts)


def counts(shop, query):
    """Of each facet asked for, the values and how many products they would leave."""
    facets = shop.guest.get(f"products?{query}").json()["meta"]["facets"]
    return {name: {entry["value"]: entry["count"] for entry in values} for name, values in facets.items()}


def test_a_value_says_how_many_products_it_would_leave(shop):
    assert counts(shop, "facets=country,in_stock") == {
        "country": {"GR": 2, "LB": 2},
        "in_stock": {"true": 2, "false": 2},
    }


@pytest.mark.parametrize("facet", facets.NAMES)
def test_each_count_is_the_length_of_the_list_that_it_promises(shop, facet):
    for narrowed in ("", "country=GR&", "q=brine&", "category=mezze&"):
        told = counts(shop, f"{narrowed}facets={facet}")[facet]
        assert told
        for value, count in told.items():
            others = "" if narrowed.startswith(facet) else narrowed
            assert shop.guest.get(f"products?{others}{facet}={value}&include=total").json()["meta"]["total"] == count


def test_a_facet_is_counted_under_the_other_filters_but_not_under_its_own(shop):
    assert counts(shop, "country=LB&facets=country,in_stock") == {
        "country": {"GR": 2, "LB": 2},
        "in_stock": {"false": 2},
    }


def test_a_product_in_two_categories_of_a_branch_counts_in_it_once(shop):
    facet = shop.guest.get("products?facets=category").json()["meta"]["facets"]["category"]
    assert facet == [
        {"value": "mezze", "name": "Mezze", "parent": None, "count": 3},
        {"value": "dips", "name": "Dips", "parent": "mezze", "count": 2},
        {"value": "cheese", "name": "Cheese", "parent": None, "count": 2},
    ]


def test_a_search_is_counted_too(shop):
    assert counts(shop, "q=mezze&facets=category")["category"] == {"cheese": 1, "mezze": 3, "dips": 2}


def test_what_states_no_allergens_is_never_among_what_is_free_of_them(shop):
    assert names(shop.guest.get("products?allergen_free=PEANUTS")) == [FETA, HALVA, OLIVES]


def test_what_may_contain_an_allergen_is_not_free_of_it(shop):
    assert names(shop.guest.get("products?allergen_free=NUTS")) == [FETA, OLIVES]
    assert names(shop.guest.get("products?allergen_free=NUTS,DAIRY")) == [OLIVES]
    assert names(shop.guest.get("products?allergen_free=SESAME&allergen_free=DAIRY")) == [OLIVES]


@pytest.mark.parametrize(
    ("narrowing", "left"),
    [
        ("certification=ORGANIC", [FETA, OLIVES]),
        ("certification=ORGANIC,HALAL", [OLIVES]),
        ("certification=KOSHER", []),
        ("tag=raw", [FETA, OLIVES]),
        ("tag=raw&tag=vegan", [OLIVES]),
    ],
)
def test_certifications_and_tags_must_all_be_there(shop, narrowing, left):
    assert names(shop.guest.get(f"products?{narrowing}")) == left


def test_a_total_counts_all_pages(shop):
    page = shop.guest.get("products?limit=1&include=total").json()
    assert (len(page["data"]), page["meta"]["total"]) == (1, 4)
    assert "total" not in shop.guest.get("products").json()["meta"]


def test_fields_leave_the_others_out_and_the_id_in(shop):
    [bread, *_] = shop.guest.get("products?fields=name,stock&limit=2").json()["data"]
    assert bread.keys() == {"id", "name", "stock"}
    assert shop.guest.get("products/BRE-1?fields=description").json()["data"].keys() == {"id", "description"}
    assert shop.guest.get("products/OLI-1/related?fields=sku").json()["data"][0].keys() == {"id", "sku"}


@pytest.mark.parametrize("parameter", ["fields=colour", "fields=name,_id", "facets=price", "facets=x", "include=all"])
def test_what_there_is_not_cannot_be_asked_for(shop, parameter):
    refused(shop.guest.get(f"products?{parameter}"), 400, parameter.partition("=")[0])


def test_a_count_shows_what_the_caller_has_written(shop, accounts):
    before = counts(shop, "facets=discontinued")["discontinued"]
    given = shop.maria.give("discontinue_product", {"product_id": str(on_sale("Figs", "FIG-1", country="TR"))})
    answer = shop.guest.get("products?facets=discontinued", consistency_token=given["Consistency-Token"]).json()
    assert {"value": "true", "count": 1} in answer["meta"]["facets"]["discontinued"]
    assert "true" not in before
