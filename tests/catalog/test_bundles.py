"""The rules of bundles: two products or more, on sale, at most the sum of their prices."""

import pytest
from pydantic import ValidationError

from catalog.commands.bundles import CreateBundle, DescribeBundle, OfferBundle, RepriceBundle, WithdrawBundle
from catalog.events import (
    BundleCreated,
    BundleDescribed,
    BundleOffered,
    BundleRepriced,
    BundleWithdrawn,
    ProductApproved,
    ProductDeactivated,
    ProductSubmitted,
)
from catalog.values import Status
from efi.domain.payloads import load
from efi.domain.values import Money
from tests.catalog.larder import DEACTIVATED, FETA, OLIVES, OLIVES_THAT_ARE, olives_created, olives_repriced
from tests.given import JOAN, MARIA, bbd, identity

TABLE = identity("greek table")
FETA_ON_SALE = (
    olives_created("10.00", product_id=FETA, sku="FET-1", slug="feta~fet-1", name="Feta"),
    ProductSubmitted(product_id=FETA, submitted_by=MARIA),
    ProductApproved(product_id=FETA, approved_by=JOAN),
)
BOTH_ON_SALE = (*OLIVES_THAT_ARE[Status.ACTIVE], *FETA_ON_SALE)
ABOUT = {"name": "Greek table", "description": "Olives and feta"}
WITHDRAWN = BundleWithdrawn(bundle_id=TABLE)


def create(price="18.00", product_ids=(OLIVES, FETA)):
    return CreateBundle(**ABOUT, product_ids=product_ids, price=bbd(price))


def created(price="18.00"):
    about = {"bundle_id": TABLE, "slug": f"greek-table~{TABLE.hex[-8:]}", **ABOUT}
    return BundleCreated(**about, product_ids=(OLIVES, FETA), price=bbd(price))


@pytest.mark.parametrize("price", ["0.01", "18.00", "18.50"])
def test_a_bundle_costs_at_most_the_sum_of_its_parts(scenario, price):
    scenario.given(*BOTH_ON_SALE)
    scenario.when(create(price), makes=TABLE)
    scenario.then(created(price))


def test_a_bundle_that_costs_more_than_its_parts_is_refused(scenario):
    scenario.given(*BOTH_ON_SALE)
    scenario.when(create("18.51"))
    scenario.refused("bundle_too_dear")


def test_a_bundle_is_of_two_products_that_differ(scenario):
    scenario.given(*BOTH_ON_SALE)
    scenario.when(create("8.00", (OLIVES, OLIVES)))
    scenario.refused("bundle_too_small")


@pytest.mark.parametrize("product_ids", [(), (OLIVES,)])
def test_a_bundle_of_less_than_two_is_none(product_ids):
    with pytest.raises(ValidationError):
        load(CreateBundle, {**ABOUT, "product_ids": product_ids, "price": {"amount": "8.00"}})


def test_a_bundle_is_of_products_on_sale(scenario):
    scenario.given(*BOTH_ON_SALE, DEACTIVATED)
    scenario.when(create())
    scenario.refused("part_not_on_sale")


def test_a_bundle_of_what_is_not_there_is_not_found(scenario):
    scenario.given(*FETA_ON_SALE)
    scenario.when(create())
    scenario.refused("not_found")


def test_a_bundle_is_priced_in_the_currency_of_its_parts(scenario):
    scenario.given(*BOTH_ON_SALE)
    dollars = Money(amount=bbd("18.00").amount, currency="USD")
    scenario.when(CreateBundle(**ABOUT, product_ids=(OLIVES, FETA), price=dollars))
    scenario.refused("bundle_currency")


def test_a_bundle_is_repriced_within_what_its_parts_cost_by_then(scenario):
    scenario.given(*BOTH_ON_SALE, created(), olives_repriced("8.50", "8.00"))
    scenario.when(RepriceBundle(bundle_id=TABLE, price=bbd("17.90")))
    scenario.then(BundleRepriced(bundle_id=TABLE, old_price=bbd("18.00"), price=bbd("17.90")))
    scenario.when(RepriceBundle(bundle_id=TABLE, price=bbd("18.10")))
    scenario.refused("bundle_too_dear")


def test_a_bundle_is_described_anew(scenario):
    scenario.given(created())
    scenario.when(DescribeBundle(bundle_id=TABLE, name="Greek evening", description="For two"))
    scenario.then(BundleDescribed(bundle_id=TABLE, name="Greek evening", description="For two"))


def test_a_bundle_is_withdrawn_once(scenario):
    scenario.given(created())
    scenario.when(WithdrawBundle(bundle_id=TABLE))
    scenario.then(WITHDRAWN)
    scenario.when(WithdrawBundle(bundle_id=TABLE))
    scenario.refused("bundle_status")


def test_a_withdrawn_bundle_is_offered_again(scenario):
    scenario.given(*BOTH_ON_SALE, created(), WITHDRAWN)
    scenario.when(OfferBundle(bundle_id=TABLE))
    scenario.then(BundleOffered(bundle_id=TABLE))


def test_it_is_not_offered_again_while_a_part_is_off_sale(scenario):
    scenario.given(*BOTH_ON_SALE, created(), WITHDRAWN, ProductDeactivated(product_id=FETA))
    scenario.when(OfferBundle(bundle_id=TABLE))
    scenario.refused("part_not_on_sale")


def test_a_bundle_on_sale_is_not_offered_again(scenario):
    scenario.given(*BOTH_ON_SALE, created())
    scenario.when(OfferBundle(bundle_id=TABLE))
    scenario.refused("bundle_status")
