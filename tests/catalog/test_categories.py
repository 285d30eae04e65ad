"""The rules of the tree of categories."""

import pytest

from catalog.commands.categories import (
    ArrangeCategories,
    CreateCategory,
    DeactivateCategory,
    DescribeCategory,
    MoveCategory,
    PictureCategory,
    ReactivateCategory,
    RemoveCategory,
    RenameCategory,
)
from catalog.commands.products import CategoriseProduct, CreateProduct
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
)
from catalog.values import Picture
from tests.catalog.gallery import uploaded
from tests.catalog.larder import CHEESE, FETA, MEZZE, OLIVES, SOFT_CHEESE, branch, category
from tests.given import bbd, identity

TOP, SECOND, THIRD, FOURTH, FIFTH = (identity(f"level {level}") for level in (1, 2, 3, 4, 5))
FIVE_LEVELS = branch("level 1", "level 2", "level 3", "level 4", "level 5")


def feta_in(*category_ids):
    about = {"name": "Feta", "description": "", "unit": "200 g", "country_of_origin": "GR", "price": bbd("12.00")}
    return CreateProduct(sku="FET-1", category_ids=category_ids, **about)


def test_a_category_is_created_at_the_top(scenario):
    scenario.when(CreateCategory(name="Soft cheese"), makes=SOFT_CHEESE)
    scenario.then(category(SOFT_CHEESE, "Soft cheese"))


def test_a_category_is_created_below_another(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(CreateCategory(name="Soft cheese", parent_id=CHEESE), makes=SOFT_CHEESE)
    scenario.then(category(SOFT_CHEESE, "Soft cheese", below=CHEESE))


def test_a_category_cannot_be_created_below_one_that_is_not_there(scenario):
    scenario.when(CreateCategory(name="Soft cheese", parent_id=CHEESE))
    scenario.refused("not_found")


def test_a_slug_is_taken_once(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(CreateCategory(name="Cheeses of Greece", slug="cheese"))
    scenario.refused("taken")


def test_a_slug_is_made_of_the_name_and_taken_once_too(scenario):
    scenario.given(category(SOFT_CHEESE, "Soft cheese"))
    scenario.when(CreateCategory(name="Soft Cheese!"))
    scenario.refused("taken")


def test_a_slug_stays_with_a_category_that_is_renamed(scenario):
    scenario.given(category(CHEESE, "Cheese"), CategoryRenamed(category_id=CHEESE, name="Dairy"))
    scenario.when(CreateCategory(name="Cheese"))
    scenario.refused("taken")


def test_a_name_that_gives_no_slug_needs_one_beside_it(scenario):
    scenario.when(CreateCategory(name="🧀"))
    scenario.refused("slug_missing")


def test_a_slug_is_free_again_once_its_category_is_removed(scenario):
    scenario.given(category(CHEESE, "Cheese"), CategoryRemoved(category_id=CHEESE))
    scenario.when(CreateCategory(name="Cheese"), makes=SOFT_CHEESE)
    scenario.then(category(SOFT_CHEESE, "Cheese"))


def test_the_tree_is_five_levels_deep(scenario):
    scenario.given(*FIVE_LEVELS[:4])
    scenario.when(CreateCategory(name="level 5", parent_id=FOURTH), makes=FIFTH)
    scenario.then(FIVE_LEVELS[4])


def test_there_is_no_sixth_level(scenario):
    scenario.given(*FIVE_LEVELS)
    scenario.when(CreateCategory(name="level 6", parent_id=FIFTH))
    scenario.refused("category_too_deep")


def test_a_category_is_renamed(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(RenameCategory(category_id=CHEESE, name="Dairy"))
    scenario.then(CategoryRenamed(category_id=CHEESE, name="Dairy"))


def test_the_name_that_it_has_changes_nothing(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(RenameCategory(category_id=CHEESE, name="Cheese"))
    scenario.then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        RenameCategory(category_id=CHEESE, name="Dairy"),
        MoveCategory(category_id=CHEESE, parent_id=None),
        RemoveCategory(category_id=CHEESE),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_category_that_is_not_there_is_not_found(scenario, command):
    scenario.given(category(MEZZE, "Mezze"))
    scenario.when(command)
    scenario.refused("not_found")


def test_a_category_is_moved_below_another(scenario):
    scenario.given(category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese"))
    scenario.when(MoveCategory(category_id=SOFT_CHEESE, parent_id=CHEESE))
    scenario.then(CategoryMoved(category_id=SOFT_CHEESE, old_parent_id=None, parent_id=CHEESE))


def test_a_category_is_moved_to_the_top(scenario):
    scenario.given(category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese", below=CHEESE))
    scenario.when(MoveCategory(category_id=SOFT_CHEESE, parent_id=None))
    scenario.then(CategoryMoved(category_id=SOFT_CHEESE, old_parent_id=CHEESE, parent_id=None))


def test_a_move_to_where_it_is_changes_nothing(scenario):
    scenario.given(category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese", below=CHEESE))
    scenario.when(MoveCategory(category_id=SOFT_CHEESE, parent_id=CHEESE))
    scenario.then_nothing()


def test_a_category_cannot_be_moved_below_one_that_is_not_there(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(MoveCategory(category_id=CHEESE, parent_id=MEZZE))
    scenario.refused("not_found")


@pytest.mark.parametrize("parent_id", [TOP, SECOND, FIFTH], ids=["itself", "its child", "its furthest descendant"])
def test_a_category_cannot_be_moved_below_itself(scenario, parent_id):
    scenario.given(*FIVE_LEVELS)
    scenario.when(MoveCategory(category_id=TOP, parent_id=parent_id))
    scenario.refused("category_cycle")


def test_a_branch_that_just_fits_is_moved(scenario):
    scenario.given(*FIVE_LEVELS[:3], *branch("Cheese", "soft cheese"))
    scenario.when(MoveCategory(category_id=identity("Cheese"), parent_id=THIRD))
    scenario.then(CategoryMoved(category_id=identity("Cheese"), old_parent_id=None, parent_id=THIRD))


def test_five_levels_hold_for_the_deepest_leaf_of_a_moved_branch(scenario):
    scenario.given(*FIVE_LEVELS[:4], *branch("Cheese", "soft cheese"))
    scenario.when(MoveCategory(category_id=identity("Cheese"), parent_id=FOURTH))
    scenario.refused("category_too_deep")


def test_five_levels_hold_after_the_move_rather_than_before_it(scenario):
    scenario.given(*FIVE_LEVELS)
    scenario.when(MoveCategory(category_id=FIFTH, parent_id=TOP))
    scenario.then(CategoryMoved(category_id=FIFTH, old_parent_id=FOURTH, parent_id=TOP))


def test_an_empty_category_is_removed(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.then(CategoryRemoved(category_id=CHEESE))


def test_a_category_is_not_removed_over_the_heads_of_those_below_it(scenario):
    scenario.given(category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese", below=CHEESE))
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.refused("category_not_empty")


def test_a_category_is_removed_once_what_was_below_it_has_moved(scenario):
    scenario.given(
        category(CHEESE, "Cheese"),
        category(SOFT_CHEESE, "Soft cheese", below=CHEESE),
        CategoryMoved(category_id=SOFT_CHEESE, old_parent_id=CHEESE, parent_id=None),
    )
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.then(CategoryRemoved(category_id=CHEESE))


def test_a_category_with_a_product_is_not_removed(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(feta_in(CHEESE), makes=FETA)
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.refused("category_not_empty")


def test_a_category_that_a_product_has_moved_into_is_not_removed(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(feta_in(), makes=FETA)
    scenario.done(CategoriseProduct(product_id=FETA, category_ids=(CHEESE,)))
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.refused("category_not_empty")


def test_a_category_is_removed_once_its_last_product_has_left(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(feta_in(CHEESE), makes=FETA)
    scenario.done(CategoriseProduct(product_id=FETA, category_ids=()))
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.then(CategoryRemoved(category_id=CHEESE))


def test_a_product_named_twice_into_a_category_is_in_it_once(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(feta_in(CHEESE, CHEESE), makes=FETA)
    scenario.done(CategoriseProduct(product_id=FETA, category_ids=()))
    scenario.when(RemoveCategory(category_id=CHEESE))
    scenario.then(CategoryRemoved(category_id=CHEESE))


def test_products_do_not_come_into_a_category_that_has_been_removed(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(RemoveCategory(category_id=CHEESE))
    scenario.when(feta_in(CHEESE))
    scenario.refused("category_unknown")


def test_a_product_moves_from_one_category_to_another(scenario):
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.done(CreateCategory(name="Mezze"), makes=MEZZE)
    scenario.done(feta_in(CHEESE), makes=OLIVES)
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=(MEZZE,)))
    scenario.then(ProductCategorised(product_id=OLIVES, category_ids=(MEZZE,)))


HIDDEN = CategoryDeactivated(category_id=CHEESE)
SIBLINGS = (category(MEZZE, "Mezze"), category(CHEESE, "Cheese"), category(SOFT_CHEESE, "Soft cheese", below=CHEESE))


def test_a_category_is_described(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(DescribeCategory(category_id=CHEESE, description="Of sheep, goat and cow"))
    scenario.then(CategoryDescribed(category_id=CHEESE, description="Of sheep, goat and cow"))


def test_the_description_that_it_has_changes_nothing(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(DescribeCategory(category_id=CHEESE, description=""))
    scenario.then_nothing()


def test_a_category_is_given_a_picture_and_loses_it(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(PictureCategory(category_id=CHEESE, name=uploaded(), alt="A wheel"))
    picture = Picture(name=uploaded(), alt="A wheel", width=40, height=30)
    scenario.then(CategoryPictured(category_id=CHEESE, picture=picture))
    scenario.when(PictureCategory(category_id=CHEESE, name=None))
    scenario.then(CategoryPictured(category_id=CHEESE, picture=None))


def test_siblings_are_put_in_an_order(scenario):
    scenario.given(*SIBLINGS)
    scenario.when(ArrangeCategories(parent_id=None, category_ids=(CHEESE, MEZZE)))
    scenario.then(CategoriesArranged(parent_id=None, category_ids=(CHEESE, MEZZE)))


def test_the_order_that_they_have_changes_nothing(scenario):
    scenario.given(*SIBLINGS)
    scenario.when(ArrangeCategories(parent_id=None, category_ids=(MEZZE, CHEESE)))
    scenario.then_nothing()


@pytest.mark.parametrize("named", [(), (MEZZE,), (MEZZE, MEZZE), (MEZZE, CHEESE, SOFT_CHEESE), (MEZZE, SOFT_CHEESE)])
def test_an_order_names_each_sibling_once(scenario, named):
    scenario.given(*SIBLINGS)
    scenario.when(ArrangeCategories(parent_id=None, category_ids=named))
    scenario.refused("categories_differ")


def test_what_is_moved_comes_last_among_its_new_siblings(scenario):
    scenario.given(*SIBLINGS)
    scenario.done(MoveCategory(category_id=MEZZE, parent_id=CHEESE))
    scenario.when(ArrangeCategories(parent_id=CHEESE, category_ids=(SOFT_CHEESE, MEZZE)))
    scenario.then_nothing()


def test_a_category_is_hidden_and_shown_again(scenario):
    scenario.given(category(CHEESE, "Cheese"))
    scenario.when(DeactivateCategory(category_id=CHEESE))
    scenario.then(HIDDEN)
    scenario.when(ReactivateCategory(category_id=CHEESE))
    scenario.then(CategoryReactivated(category_id=CHEESE))


@pytest.mark.parametrize(("facts", "command"), [((HIDDEN,), DeactivateCategory), ((), ReactivateCategory)])
def test_a_category_is_hidden_once_and_shown_once(scenario, facts, command):
    scenario.given(category(CHEESE, "Cheese"), *facts)
    scenario.when(command(category_id=CHEESE))
    scenario.refused("category_status")


@pytest.mark.parametrize("command", [DeactivateCategory, ReactivateCategory])
def test_a_category_that_is_not_there_is_not_hidden(scenario, command):
    scenario.when(command(category_id=CHEESE))
    scenario.refused("not_found")
