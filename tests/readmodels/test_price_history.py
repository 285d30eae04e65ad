"""What each product has cost, and since when."""

from datetime import timedelta

from readmodels.price_history import NAME
from tests.catalog.larder import APPROVED, DEACTIVATED, SUBMITTED, olives_created, olives_repriced
from tests.given import NOW

A_WEEK_LATER = NOW + timedelta(weeks=1)


def price(amount):
    return {"amount": amount, "currency": "BBD"}


def test_every_price_is_kept_with_the_moment_since_which_it_held(shown):
    history = shown(NAME)
    history.given(olives_created("8.50"), SUBMITTED, APPROVED, at=NOW)
    history.given(olives_repriced("8.50", "9.00"), at=A_WEEK_LATER)
    first, second = {"price": price("8.50"), "since": NOW}, {"price": price("9.00"), "since": A_WEEK_LATER}
    history.shows(prices=[first, second])


def test_nothing_else_is_history(shown):
    history = shown(NAME)
    history.given(olives_created("8.50"), SUBMITTED, APPROVED, DEACTIVATED)
    history.shows(prices=[{"price": price("8.50"), "since": NOW}])


def test_what_a_draft_was_to_cost_is_no_history(shown):
    history = shown(NAME)
    history.given(olives_created("8.50"), olives_repriced("8.50", "9.00"), SUBMITTED, at=NOW)
    history.shows(prices=[])
    history.given(APPROVED, at=A_WEEK_LATER)
    history.shows(prices=[{"price": price("9.00"), "since": A_WEEK_LATER}])
