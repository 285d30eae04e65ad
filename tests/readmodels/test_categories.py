"""The tree of categories and the counts of its visible products."""

import pytest

from catalog.events import (
    CategoriesArranged,
    CategoryDeactivated,
    CategoryDescribed,
    CategoryMoved,
    CategoryPictured,
    CategoryReactivated,
    CategoryRemoved,
    CategoryRenamed,
    ProductCategorised,
    ProductReactivated,
)
from catalog.values import SELLABLE, Picture, Status
from efi.domain.payloads import dump
from readmodels.categories import COUNTS, TREE, Tree, contributes
from tests.catalog.larder import CHEESE, MEZZE, OLIVES, OLIVES_THAT_ARE, SOFT_CHEESE, category, olives_repriced
from tests.given import NOW

SOFT_CHEESE_BELOW_CHEESE = category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese", below=CHEESE)


def node(name, *, parent=None):
    place = {"name": name, "slug": name.lower().replace(" ", "-"), "parent": str(parent) if parent else None}
    return {**place, "active": True, "description": "", "picture": None}


def key(*category_ids):
    return "|".join(sorted(map(str, category_ids)))


class TestTree:
    def test_a_new_category_is_in_the_tree(self, shown):
        tree = shown(TREE)
        tree.given(*SOFT_CHEESE_BELOW_CHEESE)
        tree.shows(nodes={str(CHEESE): node("Cheese"), str(SOFT_CHEESE): node("Soft cheese", parent=CHEESE)})

    def test_a_category_that_is_renamed_keeps_its_slug(self, shown):
        tree = shown(TREE)
        tree.given(category(CHEESE, "Cheese"), CategoryRenamed(category_id=CHEESE, name="Dairy"))
        tree.shows(nodes={str(CHEESE): node("Cheese") | {"name": "Dairy"}})

    def test_a_category_that_is_moved_to_the_top_has_nothing_above_it(self, shown):
        tree = shown(TREE)
        tree.given(*SOFT_CHEESE_BELOW_CHEESE)
        tree.given(CategoryMoved(category_id=SOFT_CHEESE, old_parent_id=CHEESE, parent_id=None))
        tree.shows(nodes={str(CHEESE): node("Cheese"), str(SOFT_CHEESE): node("Soft cheese")})

    def test_a_category_that_is_moved_below_another_is_found_there(self, shown):
        tree = shown(TREE)
        tree.given(category(MEZZE, "Mezze"), category(CHEESE, "Cheese"))
        tree.given(CategoryMoved(category_id=CHEESE, old_parent_id=None, parent_id=MEZZE))
        tree.shows(nodes={str(MEZZE): node("Mezze"), str(CHEESE): node("Cheese", parent=MEZZE)})

    def test_a_category_that_is_removed_is_gone(self, shown):
        tree = shown(TREE)
        tree.given(*SOFT_CHEESE_BELOW_CHEESE, CategoryRemoved(category_id=SOFT_CHEESE))
        tree.shows(nodes={str(CHEESE): node("Cheese")})

    def test_who_is_new_or_moved_comes_last_until_staff_arrange_them(self, shown):
        tree = shown(TREE)
        tree.given(category(MEZZE, "Mezze"), category(CHEESE, "Cheese"), category(OLIVES, "Olives"))
        assert [*tree.document["nodes"]] == [str(MEZZE), str(CHEESE), str(OLIVES)]
        tree.given(CategoriesArranged(parent_id=None, category_ids=(OLIVES, MEZZE, CHEESE)))
        assert [*tree.document["nodes"]] == [str(OLIVES), str(MEZZE), str(CHEESE)]

    def test_a_category_tells_what_was_said_of_it_and_whether_it_is_shown(self, shown):
        tree = shown(TREE)
        picture = Picture(name=f"ab/{'0' * 64}", width=640, height=480)
        tree.given(category(MEZZE, "Mezze"), CategoryDescribed(category_id=MEZZE, description="Small plates"))
        tree.given(CategoryPictured(category_id=MEZZE, picture=picture), CategoryDeactivated(category_id=MEZZE))
        about = {"description": "Small plates", "picture": dump(picture), "active": False}
        tree.shows(nodes={str(MEZZE): node("Mezze") | about})
        tree.given(CategoryPictured(category_id=MEZZE, picture=None), CategoryReactivated(category_id=MEZZE))
        tree.shows(nodes={str(MEZZE): node("Mezze") | {"description": "Small plates"}})


class TestCounts:
    def test_a_product_on_sale_counts_once(self, shown):
        fact = shown(COUNTS)
        fact.given(*OLIVES_THAT_ARE[Status.ACTIVE])
        assert contributes(fact.document) == {key(MEZZE): {"products": 1}}

    @pytest.mark.parametrize("status", sorted(set(Status) - SELLABLE))
    def test_a_product_that_is_not_on_sale_does_not_count(self, shown, status):
        fact = shown(COUNTS)
        fact.given(*OLIVES_THAT_ARE[status])
        assert contributes(fact.document) == {}

    def test_a_product_that_is_back_on_sale_counts_again(self, shown):
        fact = shown(COUNTS)
        fact.given(*OLIVES_THAT_ARE[Status.INACTIVE], ProductReactivated(product_id=OLIVES))
        assert contributes(fact.document) == {key(MEZZE): {"products": 1}}

    def test_a_product_that_changes_its_categories_counts_under_the_new_ones(self, shown):
        fact = shown(COUNTS)
        fact.given(*OLIVES_THAT_ARE[Status.ACTIVE])
        fact.given(ProductCategorised(product_id=OLIVES, category_ids=(MEZZE, CHEESE)))
        assert contributes(fact.document) == {key(CHEESE, MEZZE): {"products": 1}}

    def test_the_order_of_its_categories_makes_no_difference(self, shown):
        one, other = shown(COUNTS), shown(COUNTS)
        one.given(*OLIVES_THAT_ARE[Status.ACTIVE], ProductCategorised(product_id=OLIVES, category_ids=(MEZZE, CHEESE)))
        other.given(
            *OLIVES_THAT_ARE[Status.ACTIVE], ProductCategorised(product_id=OLIVES, category_ids=(CHEESE, MEZZE))
        )
        assert contributes(one.document) == contributes(other.document)

    def test_what_it_costs_makes_no_difference(self, shown):
        fact = shown(COUNTS)
        fact.given(*OLIVES_THAT_ARE[Status.ACTIVE], olives_repriced("8.50", "9.00"))
        assert contributes(fact.document) == {key(MEZZE): {"products": 1}}


THREE = {
    str(MEZZE): node("Mezze"),
    str(CHEESE): node("Cheese"),
    str(SOFT_CHEESE): node("Soft cheese", parent=CHEESE),
}


class TestBranches:
    """Added up when read (docs/domain.md#categories)."""

    def counts(self, **sets):
        tree = Tree(revision=1, updated_at=NOW, nodes=THREE)
        return {branch["slug"]: branch["count"] for branch in tree.shown(tree.totals(sets))}

    def test_a_branch_counts_what_is_anywhere_below_it(self):
        assert self.counts(**{key(SOFT_CHEESE): 2, key(CHEESE): 1}) == {"mezze": 0, "cheese": 3}

    def test_a_product_in_two_categories_of_a_branch_counts_once_in_it(self):
        assert self.counts(**{key(CHEESE, SOFT_CHEESE): 1}) == {"cheese": 1, "mezze": 0}

    def test_a_product_in_two_branches_counts_in_both(self):
        assert self.counts(**{key(MEZZE, SOFT_CHEESE): 1}) == {"cheese": 1, "mezze": 1}

    def test_a_product_in_no_category_counts_nowhere(self):
        assert self.counts(**{key(): 1}) == {"cheese": 0, "mezze": 0}

    def test_a_hidden_branch_counts_nowhere_and_what_is_in_another_too_counts_there(self):
        nodes = {**THREE, str(CHEESE): node("Cheese") | {"active": False}}
        tree = Tree(revision=1, updated_at=NOW, nodes=nodes)
        assert tree.hidden == {str(CHEESE), str(SOFT_CHEESE)}
        assert tree.totals({key(SOFT_CHEESE): 2, key(MEZZE, SOFT_CHEESE): 1}) == {str(MEZZE): 1}
