"""Lists of products, as a reader without scripts narrows, orders and pages them."""

import pytest

from catalog.commands.categories import PictureCategory
from readmodels.search import terms
from tests.api.shop import caught_up, on_sale
from tests.catalog.gallery import uploaded
from tests.given import say


def test_the_front_page_shows_departments_and_what_is_new(window, goods):
    page = window.page("/")
    assert {"/categories/mezze", "/products"} <= set(page.links)
    assert set(page.names) == {"Kalamata olives", "Feta", "Thyme honey", "Barley rusk"}
    assert "3 products" in page.text


def test_an_empty_shop_says_so(window):
    assert "nothing is on sale yet" in window.page("/").text
    assert "Nothing like that on the shelves" in window.page("/products").text


def test_all_products_are_in_order_of_name_and_what_is_no_longer_sold_comes_last(window, goods):
    assert window.page("/products").names == ["Feta", "Kalamata olives", "Thyme honey", "Barley rusk"]


def test_what_is_no_longer_sold_is_not_counted_with_what_is(window, goods):
    assert "3 products, and 1 no longer sold" in window.page("/products").text
    assert "0 products, and 1 no longer sold" in window.page("/categories/bakery").text
    mezze = window.page("/categories/mezze").text
    assert "3 products" in mezze
    assert "no longer sold" not in mezze


def test_a_category_shows_its_branch_and_the_way_to_it(window, goods):
    assert set(window.page("/categories/mezze").names) == {"Kalamata olives", "Feta", "Thyme honey"}
    cheese = window.page("/categories/cheese")
    assert cheese.names == ["Feta"]
    assert "/categories/mezze" in cheese.links


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("in_stock=true", {"Kalamata olives", "Feta"}),
        ("price_min=9&price_max=20", {"Feta"}),
        ("country=LB", {"Thyme honey"}),
        ("category=bakery", {"Barley rusk"}),
        ("in_stock=&price_min=&price_max=&country=&q=", {"Kalamata olives", "Feta", "Thyme honey", "Barley rusk"}),
        ("utm_source=letter&limit=1&price_max=5", {"Barley rusk"}),
    ],
)
def test_a_form_narrows_and_what_it_leaves_empty_does_not_count(window, goods, query, found):
    assert set(window.page(f"/products?{query}").names) == found


def test_prices_go_up_or_down(window, goods):
    assert window.page("/products?sort=price").names == ["Kalamata olives", "Feta", "Thyme honey", "Barley rusk"]
    assert window.page("/products?sort=-price").names[0] == "Thyme honey"


def test_what_goes_by_price_says_in_which_currency(window, goods):
    page = window.page("/products?price_max=10&sort=price")
    assert "Price (BBD)" in page.text
    assert "At most BBD 10" in page.text
    assert "Price, low to high (BBD)" in page.text


def test_a_filter_in_use_is_shown_with_the_way_to_be_rid_of_it(window, goods):
    page = window.page("/products?country=GR&price_max=10")
    assert "From Greece" in page.text
    assert {"/products?price_max=10", "/products?country=GR"} <= set(page.links)


def test_what_makes_no_sense_is_refused_on_a_page(window, goods):
    page = window.page("/products?price_min=cheap", status=400)
    assert "price_min" in page.text


def test_one_pages_on_to_the_end_and_back_to_the_beginning(window, goods):
    for number in range(30):
        on_sale(f"Olives {number:02}", f"O-{number:02}", categories=(goods.mezze,))
    caught_up()
    page, names = window.page("/categories/mezze?sort=price"), []
    while True:
        names += page.names
        following = [one["href"] for one in page.all("a", rel="next")]
        if not following:
            break
        page = window.page(following[0])
    assert len(names) == len(set(names)) == 33
    assert "/categories/mezze?sort=price" in page.links


def test_a_category_that_there_is_not_is_not_found(window, goods):
    window.page("/categories/tools", status=404)
    window.page("/products?category=tools", status=404)


def test_a_search_finds_by_beginnings_without_accents_and_by_department(window, goods):
    on_sale("Côte de Blaye", "COT-1", categories=(goods.mezze,))
    caught_up()
    assert window.page("/products?q=cote").names == ["Côte de Blaye"]
    assert window.page("/products?q=chees").names == ["Feta"]
    assert "Results for “cote”" in window.page("/products?q=cote").text
    assert "Nothing like that" in window.page("/products?q=tarpaulin").text


def test_every_filter_says_how_many_products_it_would_leave(window, goods):
    page = window.page("/products?country=GR")
    assert "2 products, and 1 no longer sold" in page.text
    assert "Greece 2" in page.text
    assert "Lebanon 1" in page.text
    assert "Mezze 2" in page.text
    assert page.all("input", name="country", value="GR", checked="")


def test_several_values_of_one_filter_are_taken_together(window, goods):
    for query in ("country=GR&country=LB", "country=GR,LB"):
        page = window.page(f"/products?{query}")
        assert len(page.names) == 4
        assert {"/products?country=GR", "/products?country=LB"} <= set(page.links)


def test_a_filter_that_comes_to_nothing_can_still_be_taken_back(window, goods):
    page = window.page("/products?country=LB&in_stock=true")
    assert page.names == []
    assert page.all("input", name="country", value="LB", checked="")
    assert "/products?in_stock=true" in page.links


def test_best_match_is_the_order_of_a_search_alone(window, goods):
    assert "Best match" in window.page("/products?q=olives").text
    assert "Best match" not in window.page("/products?sort=relevance").text


def test_a_search_is_noted_for_staff_once_and_not_when_it_is_looked_at_again(window, goods, monkeypatch):
    noted = []
    monkeypatch.setattr(terms, "note", lambda typed, *, found: noted.append((typed, found)))
    seen = window.get("/products?q=olives")
    window.get("/products?q=olives", if_none_match=seen["ETag"])
    window.get("/products?q=olives&refresh=now")
    window.get("/products?q=tarpaulin")
    window.get("/products")
    assert noted == [("olives", True), ("tarpaulin", False)]


def test_a_department_shows_its_picture_where_it_has_one(window, goods):
    assert window.page("/categories/mezze").all("img", **{"class": "cover"}) == []
    table = uploaded()
    say(PictureCategory(category_id=goods.mezze, name=table, alt="A laid table"))
    caught_up()
    [picture] = window.page("/categories/mezze").all("img", alt="A laid table")
    assert f"/media/{table}-640.webp 640w" in picture["srcset"]
