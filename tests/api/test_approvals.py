"""What waits for a second person, as scripts see it: 202, and then yes or no."""

import pytest

from tests.api.shop import caught_up, refused

FAR = {"price": {"amount": "12.00", "currency": "BBD"}, "reason": "bad year"}


@pytest.fixture
def olives(olives):
    return str(olives)


def proposal(shop, olives):
    """The id of what waits: that of the newest event."""
    return shop.joan.get(f"streams/product:{olives}").json()["data"][-1]["data"]["proposal_id"]


def price(shop, olives):
    caught_up()
    return shop.guest.get(f"products/{olives}").json()["data"]["price"]["amount"]


def test_a_price_that_moves_far_is_answered_as_waiting_and_holds_once_approved(shop, olives):
    answer = shop.maria.give("change_price", {"product_id": olives, **FAR})
    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "pending_approval")
    assert price(shop, olives) == "8.50"
    asked = {"product_id": olives, "proposal_id": proposal(shop, olives)}
    assert shop.joan.give("approve_price", asked).status_code == 200
    assert price(shop, olives) == "12.00"


def test_a_proposal_sent_again_with_its_key_waits_still(shop, olives):
    sent = [shop.maria.give("change_price", {"product_id": olives, **FAR}, idempotency_key="k-1") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [202, 202]
    assert sent[0].json() == sent[1].json()
    assert sent[1]["Idempotent-Replayed"] == "true"


def test_whoever_proposed_it_cannot_approve_it(shop, olives):
    shop.elias.give("change_price", {"product_id": olives, **FAR})
    asked = {"product_id": olives, "proposal_id": proposal(shop, olives)}
    refused(shop.elias.give("approve_price", asked), 409, "second_person_needed")


def test_who_may_only_change_prices_may_not_approve_them(shop, olives):
    shop.elias.give("change_price", {"product_id": olives, **FAR})
    asked = {"product_id": olives, "proposal_id": proposal(shop, olives)}
    assert shop.maria.give("approve_price", asked).status_code == 403


def test_a_later_price_ends_the_proposal(shop, olives):
    shop.maria.give("change_price", {"product_id": olives, **FAR})
    asked = {"product_id": olives, "proposal_id": proposal(shop, olives)}
    near = {"price": {"amount": "8.60", "currency": "BBD"}, "reason": "season"}
    assert shop.maria.give("change_price", {"product_id": olives, **near}).status_code == 200
    refused(shop.joan.give("approve_price", asked), 404, "not_found")
    assert price(shop, olives) == "8.60"
