"""On what credit businesses buy, which two people grant, and what customers agree to and take back."""

import pytest

from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.credit import ApproveCredit, DeclineCredit, ProposeCredit, WithdrawCredit
from customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    CreditDeclined,
    CreditGranted,
    CreditProposed,
    CreditWithdrawn,
)
from customers.values import ConsentKind, CustomerType
from tests.customers.folk import ANNA, NET_7, NET_30, registered
from tests.given import JOAN, MARIA, identity

TRATTORIA = registered(ANNA, CustomerType.FULL_SERVICE_RESTAURANT)
CREDIT, OTHER = identity("credit"), identity("other credit")
PROPOSED = CreditProposed(customer_id=ANNA, proposal_id=CREDIT, terms=NET_30, reason="a good year", proposed_by=JOAN)
GRANTED = CreditGranted(customer_id=ANNA, proposal_id=CREDIT, terms=NET_30, approved_by=MARIA)
APPROVE = ApproveCredit(customer_id=ANNA, proposal_id=CREDIT)
DECLINE = DeclineCredit(customer_id=ANNA, proposal_id=CREDIT, reason="too early")
MARKETING, TERMS = ConsentKind.MARKETING, ConsentKind.TERMS
AGREED = ConsentGiven(customer_id=ANNA, kind=MARKETING, version="2026-11", network_address="192.0.2.7")


def propose(terms=NET_30):
    return ProposeCredit(customer_id=ANNA, terms=terms, reason="a good year")


class TestCredit:
    def test_one_person_proposes(self, scenario):
        scenario.given(TRATTORIA)
        scenario.when(propose(), by=JOAN, makes=CREDIT)
        scenario.then(PROPOSED)

    def test_a_second_agrees(self, scenario):
        scenario.given(TRATTORIA, PROPOSED)
        scenario.when(APPROVE, by=JOAN)
        scenario.refused("second_person_needed")
        scenario.when(APPROVE, by=MARIA)
        scenario.then(GRANTED)

    def test_a_second_declines_and_so_may_the_first(self, scenario):
        scenario.given(TRATTORIA, PROPOSED)
        scenario.when(DECLINE, by=JOAN)
        scenario.then(CreditDeclined(customer_id=ANNA, proposal_id=CREDIT, reason="too early", declined_by=JOAN))

    def test_a_new_proposal_takes_the_place_of_the_old(self, scenario):
        newer = CreditProposed(customer_id=ANNA, proposal_id=OTHER, terms=NET_7, reason="a good year", proposed_by=JOAN)
        scenario.given(TRATTORIA, PROPOSED, newer)
        scenario.when(APPROVE)
        scenario.refused("not_found")

    def test_credit_is_for_businesses_alone(self, scenario):
        scenario.given(registered(ANNA, CustomerType.EXPAT))
        scenario.when(propose())
        scenario.refused("credit_for_businesses")

    def test_the_same_terms_need_nobody(self, scenario):
        scenario.given(TRATTORIA, PROPOSED, GRANTED)
        scenario.when(propose())
        scenario.refused("credit_unchanged")

    def test_credit_is_withdrawn_by_one_and_with_it_what_waits(self, scenario):
        more = CreditProposed(customer_id=ANNA, proposal_id=OTHER, terms=NET_7, reason="", proposed_by=JOAN)
        scenario.given(TRATTORIA, PROPOSED, GRANTED, more)
        scenario.when(WithdrawCredit(customer_id=ANNA, reason="pays late"))
        scenario.then(CreditWithdrawn(customer_id=ANNA, reason="pays late", withdrawn_by=MARIA))
        scenario.when(ApproveCredit(customer_id=ANNA, proposal_id=OTHER))
        scenario.refused("not_found")

    def test_nothing_is_withdrawn_where_there_is_none(self, scenario):
        scenario.given(TRATTORIA)
        scenario.when(WithdrawCredit(customer_id=ANNA, reason="pays late"))
        scenario.refused("no_credit")


class TestConsents:
    def test_a_consent_says_to_what_and_from_where(self, scenario):
        scenario.given(TRATTORIA)
        scenario.when(GiveConsent(customer_id=ANNA, kind=MARKETING, version="2026-11", network_address="192.0.2.7"))
        scenario.then(AGREED)

    def test_the_same_again_is_no_news(self, scenario):
        scenario.given(TRATTORIA, AGREED)
        scenario.when(GiveConsent(customer_id=ANNA, kind=MARKETING, version="2026-11"))
        scenario.then_nothing()

    def test_a_newer_version_than_was_agreed_to_is_news(self, scenario):
        before = ConsentGiven(customer_id=ANNA, kind=MARKETING, version="2025-01", network_address=None)
        scenario.given(TRATTORIA, before)
        scenario.when(GiveConsent(customer_id=ANNA, kind=MARKETING, version="2026-11"))
        scenario.then(ConsentGiven(customer_id=ANNA, kind=MARKETING, version="2026-11", network_address=None))

    @pytest.mark.parametrize("version", ["2025-01", "2099-01", "whatever"])
    def test_nobody_agrees_to_a_text_that_is_not_the_present_one(self, scenario, version):
        scenario.given(TRATTORIA)
        scenario.when(GiveConsent(customer_id=ANNA, kind=MARKETING, version=version))
        scenario.refused("other_text")

    def test_it_is_taken_back_by_one_word_as_it_was_given(self, scenario):
        scenario.given(TRATTORIA, AGREED)
        scenario.when(WithdrawConsent(customer_id=ANNA, kind=MARKETING))
        scenario.then(ConsentWithdrawn(customer_id=ANNA, kind=MARKETING, network_address=None))
        scenario.when(WithdrawConsent(customer_id=ANNA, kind=MARKETING))
        scenario.then_nothing()

    def test_what_was_never_given_is_not_taken_back(self, scenario):
        scenario.given(TRATTORIA, AGREED)
        scenario.when(WithdrawConsent(customer_id=ANNA, kind=TERMS))
        scenario.then_nothing()

    def test_a_network_address_is_one(self, scenario):
        scenario.given(TRATTORIA)
        scenario.when(GiveConsent(customer_id=ANNA, kind=TERMS, version="1", network_address="here"))
        scenario.refused("bad_input")
