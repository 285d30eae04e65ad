"""The rules of a product: what it is called, what it costs, and its way from draft to end."""

import pytest
from pydantic import ValidationError

from catalog.commands.categories import CreateCategory
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DeactivateProduct,
    DeclineProduct,
    DescribeProduct,
    DiscontinueProduct,
    OfferProduct,
    ReactivateProduct,
    RecallProduct,
    ReinstateProduct,
    SubmitProduct,
)
from catalog.domain.product import ENDED
from catalog.events import (
    ProductCategorised,
    ProductDeclined,
    ProductDescribed,
    ProductOffered,
    ProductReactivated,
)
from catalog.values import SELLABLE, Allergen, Allergens, Description, NotStated, Offer, Status, StorageZone
from efi.domain.payloads import load
from efi.domain.values import Money
from tests.catalog.happenings import all_recalled
from tests.catalog.larder import (
    ABOUT_OLIVES,
    APPROVED,
    CHEESE,
    CLOSED,
    DEACTIVATED,
    DISCONTINUED,
    FETA,
    MEZZE,
    OLIVES,
    OLIVES_THAT_ARE,
    PROPOSAL,
    RECALLED,
    REINSTATEMENT_PROPOSED,
    SUBMITTED,
    TRATTORIA,
    olives_created,
    olives_price_proposed,
    olives_repriced,
    trattoria_registered,
)
from tests.given import JOAN, MARIA, bbd

DECLINED = ProductDeclined(product_id=OLIVES, reason="picture missing", declined_by=JOAN)
DESCRIBE = DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES | {"name": "Olives"})
REPRICE = ChangePrice(product_id=OLIVES, price=bbd("9.00"), reason="new crop")
OFFER = OfferProduct(product_id=OLIVES, offer=Offer.SEASONAL)
CATEGORISE = CategoriseProduct(product_id=OLIVES, category_ids=(CHEESE,))
NOT_RECALLED = [status for status in Status if status != Status.RECALLED]
ON_ITS_WAY = {
    SubmitProduct(product_id=OLIVES): {Status.DRAFT: SUBMITTED},
    ApproveProduct(product_id=OLIVES): {Status.PENDING_APPROVAL: APPROVED},
    DeclineProduct(product_id=OLIVES, reason="picture missing"): {Status.PENDING_APPROVAL: DECLINED},
    DeactivateProduct(product_id=OLIVES): dict.fromkeys(sorted(SELLABLE), DEACTIVATED),
    ReactivateProduct(product_id=OLIVES): {Status.INACTIVE: ProductReactivated(product_id=OLIVES)},
    DiscontinueProduct(product_id=OLIVES): dict.fromkeys(sorted(SELLABLE), DISCONTINUED),
    ReinstateProduct(product_id=OLIVES, reason="the wrong product was chosen"): {
        Status.DISCONTINUED: REINSTATEMENT_PROPOSED
    },
    RecallProduct(product_id=OLIVES, reason="glass in a jar"): dict.fromkeys(NOT_RECALLED, RECALLED),
}
TO_ITS_STOCK = {DISCONTINUED: [CLOSED], RECALLED: [all_recalled(by=JOAN)]}
"""What its stock is told with it."""


def create_olives(sku="OLI-1", price="8.50", **details):
    return CreateProduct(**ABOUT_OLIVES | details, sku=sku, price=bbd(price))


def called(value):
    return type(value).__name__ if not isinstance(value, str) else value


def test_a_product_begins_as_a_draft_with_all_that_its_label_says(scenario):
    about = {
        "storage_zone": StorageZone.CHILLED,
        "shelf_life_days": 365,
        "allergens": Allergens(contains=(Allergen.NUTS,), may_contain=(Allergen.SESAME,)),
    }
    scenario.when(create_olives(**about), makes=OLIVES)
    scenario.then(olives_created(categories=(), **about))


def test_a_product_is_created_into_its_categories(scenario):
    scenario.done(CreateCategory(name="Mezze"), makes=MEZZE)
    scenario.when(create_olives(category_ids=(MEZZE,)), makes=OLIVES)
    scenario.then(olives_created(categories=(MEZZE,)))


def test_a_category_named_twice_is_named_once():
    assert load(CategoriseProduct, {"product_id": OLIVES, "category_ids": (MEZZE, MEZZE)}).category_ids == (MEZZE,)


def test_a_product_cannot_be_created_into_a_category_that_is_not_there(scenario):
    scenario.when(create_olives(category_ids=(MEZZE,)))
    scenario.refused("category_unknown")


def test_a_product_names_a_supplier_that_we_know(scenario):
    scenario.given(trattoria_registered())
    scenario.when(create_olives(supplier_id=TRATTORIA), makes=OLIVES)
    scenario.then(olives_created(categories=(), supplier_id=TRATTORIA))


def test_a_product_cannot_name_a_supplier_that_we_do_not_know(scenario):
    scenario.when(create_olives(supplier_id=TRATTORIA))
    scenario.refused("not_found")


@pytest.mark.parametrize("sku", ["OL", "7.", "-.", "OLI-1.A", "A" * 32])
def test_a_sku_is_free_in_its_form(scenario, sku):
    scenario.when(create_olives(sku), makes=OLIVES)
    scenario.then(olives_created(sku=sku, slug=f"kalamata-olives~{sku.lower()}", categories=()))


@pytest.mark.parametrize("sku", ["", "O", "A" * 33, "oli-1", "OLI 1", "OLI_1", "OLÍ-1", "OLI/1", "OLI-1\n", "OLI-١"])
def test_a_sku_is_2_to_32_capitals_digits_hyphens_and_dots(scenario, sku):
    scenario.when(create_olives(sku))
    scenario.refused("sku_malformed")


def test_a_sku_is_taken_once(scenario):
    scenario.done(create_olives("OLI-1"), makes=OLIVES)
    scenario.when(create_olives("OLI-1", name="Green olives"), makes=FETA)
    scenario.refused("taken")


def test_two_products_may_bear_one_name(scenario):
    scenario.done(create_olives("OLI-2"), makes=FETA)
    scenario.when(create_olives("OLI-1"), makes=OLIVES)
    scenario.then(olives_created(categories=()))


def test_a_sku_that_was_refused_is_not_taken(scenario):
    scenario.when(create_olives("OLI-1", category_ids=(MEZZE,)))
    scenario.refused("category_unknown")
    scenario.when(create_olives("OLI-1"), makes=OLIVES)
    scenario.then(olives_created(categories=()))


def test_a_name_without_a_letter_that_an_address_takes_has_an_address_all_the_same(scenario):
    scenario.when(create_olives(name="🫒🫒"), makes=OLIVES)
    scenario.then(olives_created(name="🫒🫒", slug="product~oli-1", categories=()))


def test_an_address_keeps_every_letter_of_the_name(scenario):
    scenario.when(create_olives(name="Łódź\u200b olives"), makes=OLIVES)
    scenario.then(olives_created(name="Łódź olives", slug="lodz-olives~oli-1", categories=()))


@pytest.mark.parametrize("price", ["0.01", "9999999.99"])
def test_a_price_is_above_zero_and_at_most_9_999_999_99(scenario, price):
    scenario.when(create_olives(price=price), makes=OLIVES)
    scenario.then(olives_created(price, categories=()))


@pytest.mark.parametrize("price", ["0", "0.00", "10000000", "10000000.00"])
def test_a_price_beyond_its_limits_is_refused(scenario, price):
    scenario.given(olives_created("8.50"))
    scenario.when(ChangePrice(product_id=OLIVES, price=bbd(price), reason="new crop"))
    scenario.refused("price_out_of_range")


@pytest.mark.parametrize("price", ["0", "10000000"])
def test_a_product_does_not_begin_beyond_the_limits_either(scenario, price):
    scenario.when(create_olives(price=price))
    scenario.refused("price_out_of_range")


@pytest.mark.parametrize("amount", ["8.505", "0.001", "-0.01", "NaN", "sNaN", "Infinity", "1E+12", "", None, "8,50"])
def test_what_is_no_amount_of_two_decimals_is_no_price(amount):
    body = {"product_id": str(OLIVES), "price": {"amount": amount, "currency": "BBD"}, "reason": "new crop"}
    with pytest.raises(ValidationError):
        load(ChangePrice, body)


@pytest.mark.parametrize("currency", ["bbd", "XXX", "", None])
def test_what_is_no_currency_of_ours_is_no_price(currency):
    body = {"product_id": str(OLIVES), "price": {"amount": "8.50", "currency": currency}, "reason": "new crop"}
    with pytest.raises(ValidationError):
        load(ChangePrice, body)


@pytest.mark.parametrize("reason", ["", " ", None, "x" * 501])
def test_a_price_is_changed_for_a_reason(reason):
    body = {"product_id": str(OLIVES), "price": {"amount": "8.50", "currency": "BBD"}, "reason": reason}
    with pytest.raises(ValidationError):
        load(ChangePrice, body)


def test_a_new_price_is_recorded_with_the_old_one_and_the_reason(scenario):
    scenario.given(olives_created("8.50"), olives_repriced("8.50", "9.00"))
    scenario.when(ChangePrice(product_id=OLIVES, price=bbd("8.75"), reason="rival"))
    scenario.then(olives_repriced("9.00", "8.75", reason="rival"))


@pytest.mark.parametrize("price", ["8.5", "8.50", "8.500"])
def test_the_price_that_it_has_changes_nothing(scenario, price):
    scenario.given(olives_created("8.50"))
    scenario.when(ChangePrice(product_id=OLIVES, price=bbd(price), reason="new crop"))
    scenario.then_nothing()


def test_the_same_amount_in_another_currency_is_another_price(scenario):
    scenario.given(olives_created("8.50"))
    dollars = Money(amount=bbd("8.50").amount, currency="USD")
    scenario.when(ChangePrice(product_id=OLIVES, price=dollars, reason="abroad"), makes=PROPOSAL)
    scenario.then(olives_price_proposed("8.50", dollars, reason="abroad"))


def test_a_product_is_described_anew_and_in_full(scenario):
    scenario.given(olives_created())
    scenario.when(DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES | {"unit": "1 kg bag"}, shelf_life_days=90))
    about = Description(**ABOUT_OLIVES | {"unit": "1 kg bag"}, shelf_life_days=90)
    scenario.then(ProductDescribed(product_id=OLIVES, **vars(about)))


def test_a_description_that_says_the_same_changes_nothing(scenario):
    scenario.given(olives_created())
    scenario.when(DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES))
    scenario.then_nothing()


@pytest.mark.parametrize("kept", ["\n", "\r\n"])
@pytest.mark.parametrize("sent", ["\n", "\r\n", "\r"])
def test_a_text_that_a_browser_saves_untouched_is_unchanged(scenario, kept, sent):
    scenario.given(olives_created(description=f"Dark{kept}and firm"))
    scenario.when(DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES | {"description": f"Dark{sent}and firm"}))
    scenario.then_nothing()


def test_the_same_categories_in_another_order_change_nothing(scenario):
    scenario.given(olives_created(categories=(MEZZE, CHEESE)))
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=(CHEESE, MEZZE)))
    scenario.then_nothing()


def test_a_product_cannot_be_put_into_a_category_that_is_not_there(scenario):
    scenario.given(olives_created())
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=(CHEESE,)))
    scenario.refused("category_unknown")


def test_a_draft_may_be_in_no_category(scenario):
    scenario.done(CreateCategory(name="Mezze"), makes=MEZZE)
    scenario.given(*OLIVES_THAT_ARE[Status.DRAFT])
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=()))
    scenario.then(ProductCategorised(product_id=OLIVES, category_ids=()))


@pytest.mark.parametrize("status", [Status.PENDING_APPROVAL, Status.ACTIVE, Status.INACTIVE])
def test_what_is_no_longer_a_draft_must_stay_in_a_category(scenario, status):
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=()))
    scenario.refused("category_missing")


def test_a_draft_in_no_category_cannot_be_submitted(scenario):
    scenario.given(olives_created(categories=()))
    scenario.when(SubmitProduct(product_id=OLIVES))
    scenario.refused("product_incomplete")


@pytest.mark.parametrize(
    ("command", "status", "fact"),
    [(command, status, fact) for command, steps in ON_ITS_WAY.items() for status, fact in steps.items()],
    ids=called,
)
def test_a_product_goes_its_way(scenario, command, status, fact):
    scenario.given(*OLIVES_THAT_ARE[status])
    by = JOAN if isinstance(command, ApproveProduct | DeclineProduct | RecallProduct) else MARIA
    scenario.when(command, by=by, makes=PROPOSAL)
    scenario.then(fact, *TO_ITS_STOCK.get(fact, ()))


@pytest.mark.parametrize(
    ("command", "status"),
    [(command, status) for command, steps in ON_ITS_WAY.items() for status in Status if status not in steps],
    ids=called,
)
def test_a_product_leaves_its_way_nowhere(scenario, command, status):
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(command, by=JOAN)
    scenario.refused("product_status")


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("command", [DESCRIBE, REPRICE, OFFER], ids=called)
def test_a_discontinued_or_recalled_product_stays_as_it_was(scenario, command, status):
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(command)
    scenario.refused("product_status")


@pytest.mark.parametrize("status", [status for status in Status if status not in ENDED])
def test_until_then_its_price_may_change(scenario, status):
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(REPRICE)
    scenario.then(olives_repriced("8.50", "9.00"))


def test_whoever_submitted_a_product_cannot_approve_it(scenario):
    scenario.given(*OLIVES_THAT_ARE[Status.PENDING_APPROVAL])
    scenario.when(ApproveProduct(product_id=OLIVES), by=MARIA)
    scenario.refused("second_person_needed")


@pytest.mark.parametrize("command", [DESCRIBE, REPRICE, CATEGORISE, OFFER, *ON_ITS_WAY], ids=called)
def test_a_product_that_is_not_there_is_not_found(scenario, command):
    scenario.when(command)
    scenario.refused("not_found")


def test_each_thing_that_is_missing_before_activation_is_named(scenario):
    nothing = {"description": "", "allergens": None, "nutrition": None}
    scenario.given(olives_created(categories=(), **nothing))
    scenario.when(SubmitProduct(product_id=OLIVES))
    assert "description, allergens, nutrition, category" in scenario.refusal.detail
    scenario.refused("product_incomplete")


def test_what_is_marked_as_not_stated_is_not_missing(scenario):
    scenario.given(olives_created(allergens=None, nutrition=None, not_stated=tuple(NotStated)))
    scenario.when(SubmitProduct(product_id=OLIVES))
    scenario.then(SUBMITTED)


@pytest.mark.parametrize("missing", ["region_of_origin", "authentication"])
def test_a_premium_product_needs_its_region_and_its_authentication(scenario, missing):
    proof = {"region_of_origin": "Kalamata", "authentication": "PDO certificate"} | {missing: ""}
    scenario.when(create_olives(premium=True, **proof))
    scenario.refused("premium_unproven")


def test_a_premium_product_stays_proven_when_it_is_described_anew(scenario):
    scenario.given(olives_created(premium=True, region_of_origin="Kalamata", authentication="PDO certificate"))
    scenario.when(DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES, premium=True))
    scenario.refused("premium_unproven")


def test_a_product_waits_for_approval_as_it_was_submitted(scenario):
    scenario.given(*OLIVES_THAT_ARE[Status.PENDING_APPROVAL])
    scenario.when(DESCRIBE)
    scenario.refused("product_status")


def test_a_declined_product_is_a_draft_that_can_be_submitted_again(scenario):
    scenario.given(*OLIVES_THAT_ARE[Status.PENDING_APPROVAL], DECLINED)
    scenario.when(SubmitProduct(product_id=OLIVES))
    scenario.then(SUBMITTED)


@pytest.mark.parametrize("status", sorted(SELLABLE))
def test_what_is_on_sale_can_be_offered_for_a_season(scenario, status):
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(OFFER)
    scenario.then(*(() if status is Status.SEASONAL else (ProductOffered(product_id=OLIVES, offer=Offer.SEASONAL),)))


def test_a_seasonal_product_comes_back_as_seasonal(scenario):
    scenario.given(*OLIVES_THAT_ARE[Status.SEASONAL], DEACTIVATED, ProductReactivated(product_id=OLIVES))
    scenario.when(OFFER)
    scenario.then_nothing()


def test_what_is_in_a_product_is_not_certified_free_of_it(scenario):
    scenario.when(create_olives(allergens=Allergens(contains=(Allergen.NUTS,), certified_free=(Allergen.NUTS,))))
    scenario.refused("allergens_contradicted")


@pytest.mark.parametrize("how", ["contains", "may_contain", "certified_free"])
def test_a_label_states_something_of_an_allergen_or_nothing_but_not_both(scenario, how):
    scenario.when(create_olives(allergens=Allergens(**{how: (Allergen.NUTS,)}, unstated=(Allergen.NUTS,))))
    scenario.refused("allergens_contradicted")


@pytest.mark.parametrize("missing", ["description", "allergens", "nutrition"])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.INACTIVE])
def test_what_is_approved_does_not_lose_what_it_was_approved_for(scenario, status, missing):
    scenario.given(*OLIVES_THAT_ARE[status])
    said = ABOUT_OLIVES | {missing: "" if missing == "description" else None}
    scenario.when(DescribeProduct(product_id=OLIVES, **said))
    assert missing in scenario.refusal.detail
    scenario.refused("product_incomplete")


def test_what_is_stated_is_not_marked_as_not_stated(scenario):
    scenario.when(create_olives(not_stated=(NotStated.NUTRITION,)))
    scenario.refused("label_contradicted")


def test_the_same_allergens_named_in_another_order_or_twice_are_the_same(scenario):
    fish_and_nuts = Allergens(contains=(Allergen.FISH, Allergen.NUTS, Allergen.FISH))
    scenario.given(olives_created(allergens=fish_and_nuts), SUBMITTED, APPROVED)
    said = ABOUT_OLIVES | {"allergens": Allergens(contains=(Allergen.NUTS, Allergen.FISH))}
    scenario.when(DescribeProduct(product_id=OLIVES, **said))
    scenario.then_nothing()


def test_tags_and_certifications_are_taken_once_each():
    body = {"sku": "OLI-1", "price": {"amount": "8.50"}, "name": "Olives", "description": "", "unit": "1 kg"}
    repeated = {"tags": ("vegan", "vegan"), "certifications": ("HALAL", "HALAL")}
    command = load(CreateProduct, {**body, **repeated, "country_of_origin": "GR"})
    assert (command.tags, command.certifications) == (("vegan",), ("HALAL",))


@pytest.mark.parametrize("country", ["ZZ", "XX", "gr", "GRC", ""])
def test_a_country_is_one_of_the_world(country):
    body = {"sku": "OLI-1", "price": {"amount": "8.50"}, "name": "Olives", "description": "", "unit": "1 kg"}
    with pytest.raises(ValidationError):
        load(CreateProduct, {**body, "country_of_origin": country})


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_may_be_put_elsewhere_so_that_its_category_can_go(scenario, status):
    scenario.done(CreateCategory(name="Mezze"), makes=MEZZE)
    scenario.done(CreateCategory(name="Cheese"), makes=CHEESE)
    scenario.given(*OLIVES_THAT_ARE[status])
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=(MEZZE, CHEESE)))
    scenario.then(ProductCategorised(product_id=OLIVES, category_ids=(MEZZE, CHEESE)))


def test_a_recalled_product_may_be_in_no_category_but_a_discontinued_one_is_still_shown_in_one(scenario):
    scenario.done(CreateCategory(name="Mezze"), makes=MEZZE)
    scenario.given(*OLIVES_THAT_ARE[Status.DISCONTINUED])
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=()))
    scenario.refused("category_missing")
    scenario.given(RECALLED)
    scenario.when(CategoriseProduct(product_id=OLIVES, category_ids=()))
    scenario.then(ProductCategorised(product_id=OLIVES, category_ids=()))
