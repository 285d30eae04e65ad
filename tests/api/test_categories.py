"""The tree of categories, and how many visible products each branch has."""

import pytest

from catalog.commands.categories import (
    ArrangeCategories,
    DeactivateCategory,
    DescribeCategory,
    MoveCategory,
    ReactivateCategory,
    RenameCategory,
)
from catalog.commands.products import CategoriseProduct, DeactivateProduct
from efi.reading import freshness
from readmodels import categories
from tests.api.shop import caught_up, discontinued, drafted, names, on_sale, refused
from tests.catalog.catalogue import category
from tests.given import say


@pytest.fixture
def dips(mezze):
    return category("Dips", below=mezze)


def counts(shop):
    """By slug, the whole tree in one."""

    def told(branches):
        for branch in branches:
            yield branch["slug"], branch["count"]
            yield from told(branch["children"])

    return dict(told(shop.guest.get("categories").json()["data"]))


def test_an_empty_shop_has_an_empty_tree(shop):
    answer = shop.guest.get("categories").json()
    assert answer["data"] == []
    assert answer["meta"]["version"] == 0


def test_the_tree_is_told_with_its_branches_in_the_order_that_staff_gave_them(shop, mezze, dips):
    cheese = category("cheese")
    say(DescribeCategory(category_id=cheese, description="Of milk"))
    say(ArrangeCategories(parent_id=None, category_ids=(cheese, mezze)))
    caught_up()
    plain = {"description": "", "picture": None, "count": 0, "children": []}
    leaf = {**plain, "id": str(dips), "slug": "dips", "name": "Dips"}
    assert shop.guest.get("categories").json()["data"] == [
        {**plain, "id": str(cheese), "slug": "cheese", "name": "cheese", "description": "Of milk"},
        {**plain, "id": str(mezze), "slug": "mezze", "name": "Mezze", "children": [leaf]},
    ]


class TestHidden:
    """Neither it nor what is in it alone (docs/domain.md#categories)."""

    @pytest.fixture
    def shop(self, shop, mezze, dips):
        """Hummus is in a hidden branch alone, tahini in a visible category too."""
        on_sale("Hummus", "HUM-1", categories=(dips,))
        on_sale("Tahini", "TAH-1", categories=(dips, category("Spreads")))
        say(DeactivateCategory(category_id=mezze))
        caught_up()
        return shop

    def test_a_hidden_branch_is_not_in_the_tree_and_is_not_found(self, shop):
        assert counts(shop) == {"spreads": 1}
        for address in ("categories/mezze", "categories/dips", "products?category=mezze", "products?category=dips"):
            refused(shop.guest.get(address), 404, "not_found")

    def test_nothing_is_related_through_a_hidden_branch(self, shop, dips):
        on_sale("Baba ghanoush", "BAB-1", categories=(dips, category("Salads")))
        caught_up()
        assert names(shop.guest.get("products/TAH-1/related")) == []

    @pytest.mark.parametrize("query", ["", "q=brine", "q=mezze", "q=dips", "country=GR", "in_stock=false"])
    def test_what_is_in_it_alone_is_not_listed(self, shop, query):
        listed = shop.guest.get(f"products?{query}&include=total&facets=category,country").json()
        assert [product["name"] for product in listed["data"]] == (
            [] if "mezze" in query or "dips" in query else ["Tahini"]
        )
        assert listed["meta"]["total"] == len(listed["data"])
        assert all(entry["count"] == 1 for values in listed["meta"]["facets"].values() for entry in values)

    def test_its_own_page_still_answers_but_names_no_hidden_category(self, shop):
        assert shop.guest.get("products/HUM-1").json()["data"]["categories"] == []
        assert [one["slug"] for one in shop.guest.get("products/TAH-1").json()["data"]["categories"]] == ["spreads"]

    def test_it_is_neither_suggested_nor_related(self, shop):
        assert names(shop.guest.get("products/TAH-1/related")) == []
        for typed in ("hum", "mez"):
            assert shop.guest.get(f"search/suggest?q={typed}").json()["data"] == {"products": [], "categories": []}

    def test_what_is_shown_again_is_listed_again(self, shop, mezze):
        say(ReactivateCategory(category_id=mezze))
        caught_up()
        assert names(shop.guest.get("products?category=mezze")) == ["Hummus", "Tahini"]


def test_one_category_is_told_with_its_branch(shop, mezze, dips):
    caught_up()
    told = shop.guest.get("categories/mezze").json()
    assert (told["data"]["name"], [child["slug"] for child in told["data"]["children"]]) == ("Mezze", ["dips"])
    assert told["meta"]["read_model"] == "categories"


def test_a_category_that_there_is_not_is_not_found(shop, mezze):
    caught_up()
    for slug in ("pasta", "MEZZE", "mezze%20", str(mezze)):
        refused(shop.guest.get(f"categories/{slug}"), 404, "not_found")


def test_a_product_in_two_categories_of_a_branch_counts_once_in_that_branch(shop, mezze, dips):
    on_sale("Tahini", "TAH-1", categories=(mezze, dips))
    on_sale("Hummus", "HUM-1", categories=(dips,))
    caught_up()
    assert counts(shop) == {"mezze": 2, "dips": 2}


def test_products_on_sale_count_and_others_do_not(shop, mezze):
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    discontinued("Halva", "HAL-1", categories=(mezze,))
    drafted("Draft", "DRA-1", categories=(mezze,))
    say(DeactivateProduct(product_id=on_sale("Inactive", "INA-1", categories=(mezze,))))
    caught_up()
    assert counts(shop) == {"mezze": 1}
    assert names(shop.guest.get("products?category=mezze")) == ["Tahini", "Halva"]


def test_counts_follow_a_product_and_a_branch_that_are_moved(shop, mezze, dips):
    cheese = category("Cheese")
    tahini = on_sale("Tahini", "TAH-1", categories=(dips,))
    say(MoveCategory(category_id=dips, parent_id=cheese))
    caught_up()
    assert counts(shop) == {"mezze": 0, "dips": 1, "cheese": 1}
    say(CategoriseProduct(product_id=tahini, category_ids=(mezze,)))
    caught_up()
    assert counts(shop) == {"mezze": 1, "dips": 0, "cheese": 0}


def test_a_category_keeps_its_address_when_it_is_renamed(shop, mezze):
    say(RenameCategory(category_id=mezze, name="Meze"))
    caught_up()
    assert shop.guest.get("categories/mezze").json()["data"]["name"] == "Meze"
    assert "meze" not in counts(shop)


def test_a_renamed_category_is_told_with_its_products_at_once(shop, mezze):
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    say(RenameCategory(category_id=mezze, name="Meze"))
    caught_up()
    for address in ("products?limit=1", "products/TAH-1"):
        told = shop.guest.get(address).json()["data"]
        product = told[0] if isinstance(told, list) else told
        assert [shelf["name"] for shelf in product["categories"]] == ["Meze"]


def test_the_update_of_the_tree_is_that_of_its_newest_event_or_count(shop, mezze):
    caught_up()
    before = shop.guest.get("categories").json()["meta"]
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    caught_up()
    after = shop.guest.get("categories").json()["meta"]
    assert after["updated_at"] > before["updated_at"]
    assert after["version"] == before["version"] == 1


def test_the_counts_are_read_once_for_all_who_come_in_the_same_moments(shop, mezze, monkeypatch):
    on_sale("Tahini", "TAH-1", categories=(mezze,))
    caught_up()
    monkeypatch.setattr(freshness, "STANDS_FOR", 60)
    told = shop.guest.get("categories")
    monkeypatch.setattr(categories, "_count", lambda generation: pytest.fail("they are read anew"))
    assert shop.guest.get("categories").json()["data"] == told.json()["data"]
    assert shop.guest.get("categories", if_none_match=told["ETag"]).status_code == 304
