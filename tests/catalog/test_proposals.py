"""What waits for a second person: a price that moves far, and what the label of an approved product states."""

import pytest

from catalog.commands.products import ChangePrice, DescribeProduct, DiscontinueProduct, RecallProduct, ReinstateProduct
from catalog.commands.proposals import (
    ApproveLabel,
    ApprovePrice,
    ApproveReinstatement,
    DeclineLabel,
    DeclinePrice,
    DeclineReinstatement,
)
from catalog.domain.pricing import A_WEEK
from catalog.domain.product import Product
from catalog.events import (
    LabelApproved,
    LabelDeclined,
    LabelProposed,
    PriceDeclined,
    ProductDescribed,
    ReinstatementDeclined,
)
from catalog.values import Allergen, Allergens, Description, Label, Status
from tests.catalog.larder import (
    ABOUT_OLIVES,
    CLOSED,
    DISCONTINUED,
    OLIVES,
    OLIVES_ALLERGENS,
    OLIVES_NUTRITION,
    OLIVES_THAT_ARE,
    PROPOSAL,
    REINSTATED,
    REINSTATEMENT_PROPOSED,
    REOPENED,
    olives_price_proposed,
    olives_repriced,
)
from tests.given import JOAN, MARIA, NOW, bbd, identity, minutes

ANOTHER = identity("another proposal")
ON_SALE = OLIVES_THAT_ARE[Status.ACTIVE]
FAR = olives_price_proposed("8.50", bbd("12.00"))
APPROVE_PRICE = ApprovePrice(product_id=OLIVES, proposal_id=PROPOSAL)
DECLINE_PRICE = DeclinePrice(product_id=OLIVES, proposal_id=PROPOSAL, reason="too far")
APPROVE_LABEL = ApproveLabel(product_id=OLIVES, proposal_id=PROPOSAL)
DECLINE_LABEL = DeclineLabel(product_id=OLIVES, proposal_id=PROPOSAL, reason="no certificate")
WITH_NUTS = Label(allergens=Allergens(contains=(Allergen.NUTS,)), nutrition=OLIVES_NUTRITION)
PROPOSED = LabelProposed(product_id=OLIVES, proposal_id=PROPOSAL, label=WITH_NUTS, proposed_by=MARIA)


def change_price(price: str) -> ChangePrice:
    return ChangePrice(product_id=OLIVES, price=bbd(price), reason="new crop")


def describe(**said: object) -> DescribeProduct:
    return DescribeProduct(product_id=OLIVES, **ABOUT_OLIVES | said)


class TestPrices:
    @pytest.mark.parametrize("price", ["9.77", "7.23"])
    def test_a_price_moves_by_up_to_15_percent_at_once(self, scenario, price):
        scenario.given(*ON_SALE)
        scenario.when(change_price(price))
        scenario.then(olives_repriced("8.50", price))

    @pytest.mark.parametrize("price", ["9.78", "7.22"])
    def test_a_price_that_moves_further_waits_for_a_second_person(self, scenario, price):
        scenario.given(*ON_SALE)
        scenario.when(change_price(price), makes=PROPOSAL)
        scenario.then(olives_price_proposed("8.50", bbd(price)))

    @pytest.mark.parametrize("steps", [("9.50", "9.78"), ("7.50", "7.22"), ("9.00", "9.50", "9.78"), ("9.50", "7.22")])
    def test_a_price_that_has_moved_further_within_a_week_waits_however_many_steps_it_took(self, scenario, steps):
        *alone, last = steps
        scenario.given(*ON_SALE)
        for price in alone:
            scenario.done(change_price(price))
        scenario.when(change_price(last), at=NOW + A_WEEK - minutes(1), makes=PROPOSAL)
        scenario.then(olives_price_proposed(alone[-1], bbd(last)))

    def test_a_step_of_a_week_ago_counts_no_more(self, scenario):
        scenario.given(*ON_SALE)
        scenario.done(change_price("9.50"))
        scenario.when(change_price("10.50"), at=NOW + A_WEEK)
        scenario.then(olives_repriced("9.50", "10.50"))

    def test_a_price_may_go_back_to_what_it_was(self, scenario):
        scenario.given(*ON_SALE)
        scenario.done(change_price("9.77"))
        scenario.when(change_price("8.50"))
        scenario.then(olives_repriced("9.77", "8.50"))

    def test_a_price_moves_on_from_one_that_two_people_agreed_to(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.done(APPROVE_PRICE, by=JOAN)
        scenario.when(change_price("12.50"))
        scenario.then(olives_repriced("12.00", "12.50"))

    def test_the_second_person_approves_it(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.when(APPROVE_PRICE, by=JOAN)
        scenario.then(olives_repriced("8.50", "12.00", proposal=PROPOSAL))

    def test_whoever_proposed_a_price_cannot_approve_it(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.when(APPROVE_PRICE, by=MARIA)
        scenario.refused("second_person_needed")

    def test_the_second_person_declines_it(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.when(DECLINE_PRICE, by=JOAN)
        scenario.then(PriceDeclined(product_id=OLIVES, proposal_id=PROPOSAL, reason="too far", declined_by=JOAN))

    def test_any_later_price_ends_the_proposal(self, scenario):
        scenario.given(*ON_SALE, FAR, olives_repriced("8.50", "8.51"))
        scenario.when(APPROVE_PRICE, by=JOAN)
        scenario.refused("not_found")

    def test_a_later_proposal_takes_the_place_of_an_older_one(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.done(change_price("13.00"), makes=ANOTHER)
        scenario.when(APPROVE_PRICE, by=JOAN)
        scenario.refused("not_found")

    @pytest.mark.parametrize("command", [APPROVE_PRICE, DECLINE_PRICE])
    def test_a_proposal_is_answered_once(self, scenario, command):
        scenario.given(*ON_SALE, FAR)
        scenario.done(DECLINE_PRICE, by=JOAN)
        scenario.when(command, by=JOAN)
        scenario.refused("not_found")

    def test_what_was_proposed_is_not_approved_once_the_product_has_ended(self, scenario):
        scenario.given(*ON_SALE, FAR)
        scenario.done(DiscontinueProduct(product_id=OLIVES))
        scenario.when(APPROVE_PRICE, by=JOAN)
        scenario.refused("product_status")


class TestLabels:
    def test_a_draft_states_another_label_at_once(self, scenario):
        scenario.given(*OLIVES_THAT_ARE[Status.DRAFT])
        scenario.when(describe(allergens=WITH_NUTS.allergens))
        about = Description(**ABOUT_OLIVES | {"allergens": WITH_NUTS.allergens})
        scenario.then(ProductDescribed(product_id=OLIVES, **vars(about)))

    @pytest.mark.parametrize("status", [Status.ACTIVE, Status.SEASONAL, Status.LIMITED_EDITION, Status.INACTIVE])
    def test_on_an_approved_product_it_waits_for_a_second_person(self, scenario, status):
        scenario.given(*OLIVES_THAT_ARE[status])
        scenario.when(describe(allergens=WITH_NUTS.allergens), makes=PROPOSAL)
        scenario.then(PROPOSED)

    def test_all_else_that_was_said_with_it_holds_at_once(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(describe(allergens=WITH_NUTS.allergens, unit="1 kg bag"), makes=PROPOSAL)
        about = Description(**ABOUT_OLIVES | {"unit": "1 kg bag"})
        scenario.then(PROPOSED, ProductDescribed(product_id=OLIVES, **vars(about)))

    def test_the_second_person_approves_it(self, scenario):
        scenario.given(*ON_SALE, PROPOSED)
        scenario.when(APPROVE_LABEL, by=JOAN)
        scenario.then(LabelApproved(product_id=OLIVES, proposal_id=PROPOSAL, label=WITH_NUTS, approved_by=JOAN))

    def test_once_approved_the_same_label_said_again_changes_nothing(self, scenario):
        scenario.given(*ON_SALE, PROPOSED)
        scenario.done(APPROVE_LABEL, by=JOAN)
        scenario.when(describe(allergens=WITH_NUTS.allergens))
        scenario.then_nothing()

    def test_whoever_proposed_a_label_cannot_approve_it(self, scenario):
        scenario.given(*ON_SALE, PROPOSED)
        scenario.when(APPROVE_LABEL, by=MARIA)
        scenario.refused("second_person_needed")

    def test_declined_it_stays_as_it_was(self, scenario):
        scenario.given(*ON_SALE, PROPOSED)
        scenario.done(DECLINE_LABEL, by=JOAN)
        scenario.when(describe(allergens=OLIVES_ALLERGENS))
        scenario.then_nothing()

    def test_who_declined_it_and_why_is_recorded(self, scenario):
        scenario.given(*ON_SALE, PROPOSED)
        scenario.when(DECLINE_LABEL, by=JOAN)
        scenario.then(LabelDeclined(product_id=OLIVES, proposal_id=PROPOSAL, reason="no certificate", declined_by=JOAN))

    def test_it_is_not_approved_once_the_product_has_ended(self, scenario):
        scenario.given(*ON_SALE, PROPOSED, DISCONTINUED)
        scenario.when(APPROVE_LABEL, by=JOAN)
        scenario.refused("product_status")


class TestReinstatements:
    """What was discontinued by mistake is brought back by two people."""

    ENDED = (*ON_SALE, DISCONTINUED)
    REINSTATE = ReinstateProduct(product_id=OLIVES, reason="the wrong product was chosen")
    APPROVE = ApproveReinstatement(product_id=OLIVES, proposal_id=PROPOSAL)
    DECLINE = DeclineReinstatement(product_id=OLIVES, proposal_id=PROPOSAL, reason="its maker has closed")

    def test_it_waits_for_a_second_person(self, scenario):
        scenario.given(*self.ENDED)
        scenario.when(self.REINSTATE, makes=PROPOSAL)
        scenario.then(REINSTATEMENT_PROPOSED)

    def test_the_second_person_puts_it_and_its_stock_on_sale_again(self, scenario):
        scenario.given(*self.ENDED, CLOSED, REINSTATEMENT_PROPOSED)
        scenario.when(self.APPROVE, by=JOAN)
        scenario.then(REINSTATED, REOPENED)

    def test_whoever_proposed_it_cannot_approve_it(self, scenario):
        scenario.given(*self.ENDED, CLOSED, REINSTATEMENT_PROPOSED)
        scenario.when(self.APPROVE, by=MARIA)
        scenario.refused("second_person_needed")

    @pytest.mark.parametrize("by", [JOAN, MARIA])
    def test_declined_it_stays_discontinued(self, scenario, by):
        scenario.given(*self.ENDED, CLOSED, REINSTATEMENT_PROPOSED)
        scenario.when(self.DECLINE, by=by)
        about = {"proposal_id": PROPOSAL, "reason": "its maker has closed", "declined_by": by}
        scenario.then(ReinstatementDeclined(product_id=OLIVES, **about))
        scenario.when(self.APPROVE, by=JOAN)
        scenario.refused("not_found")

    def test_a_later_proposal_takes_the_place_of_an_older_one(self, scenario):
        scenario.given(*self.ENDED, CLOSED, REINSTATEMENT_PROPOSED)
        scenario.done(self.REINSTATE, makes=ANOTHER)
        scenario.when(self.APPROVE, by=JOAN)
        scenario.refused("not_found")

    def test_a_recalled_product_is_never_brought_back(self, scenario):
        scenario.given(*self.ENDED, CLOSED, REINSTATEMENT_PROPOSED)
        scenario.done(RecallProduct(product_id=OLIVES, reason="glass in a jar"), by=JOAN)
        scenario.when(self.APPROVE, by=JOAN)
        scenario.refused("product_status")

    def test_it_comes_back_as_it_was_offered(self):
        seasonal = [*OLIVES_THAT_ARE[Status.SEASONAL], DISCONTINUED, REINSTATEMENT_PROPOSED, REINSTATED]
        assert Product(id=OLIVES).replay(seasonal).status is Status.SEASONAL

    def test_what_was_proposed_before_it_ended_is_over(self, scenario):
        scenario.given(*ON_SALE, FAR, PROPOSED, DISCONTINUED, REINSTATED)
        for command in (APPROVE_PRICE, APPROVE_LABEL):
            scenario.when(command, by=JOAN)
            scenario.refused("not_found")
