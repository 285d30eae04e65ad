"""Invitations: a business that staff have entered opens its account by a link; and links that staff ask for."""

import pytest

from customers.commands import accounts as commands
from customers.commands.accounts import InviteCustomer, OfferReset
from customers.commands.emails import ChangeEmail
from customers.commands.endings import DeactivateCustomer
from customers.commands.registration import customers
from efi.domain.errors import Rejected
from efi.models import User
from tests.customers.folk import a_business
from tests.customers.visitor import ANNA, ANOTHER, BEN, PASSWORD, Visitor, mailed, mails, token_in
from tests.given import say

ORDERS = "orders@trattoria.example"


@pytest.fixture
def trattoria(visitor):
    return a_business()


@pytest.fixture
def link(trattoria):
    say(InviteCustomer(customer_id=trattoria, email=f" {ORDERS.upper()}"))
    assert mailed().to == [ORDERS]
    return token_in(mailed())


def accepted(link, password=PASSWORD):
    return Visitor().client.post(f"/account/invitation/{link}", {"password": password})


def test_whoever_is_invited_chooses_a_password_and_is_in(trattoria, link, visitor):
    page = visitor.client.post(f"/account/invitation/{link}", {"password": PASSWORD})
    assert (page.status_code, page["Location"]) == (302, "/account/")
    assert visitor.is_in
    assert Visitor().login(ORDERS).json()["data"]["id"] == str(trattoria)
    customer = customers.load(trattoria)
    assert (customer.has_account, customer.reaching.has_proven_email) == (True, True)


def test_opening_the_link_changes_nothing(trattoria, link):
    assert [Visitor().get(f"/account/invitation/{link}").status_code for _ in range(10)] == [200] * 10
    assert not User.objects.exists()
    assert accepted(link).status_code == 302


def test_an_invitation_is_good_once(link):
    assert [accepted(link).status_code, accepted(link, ANOTHER).status_code] == [302, 410]


def test_an_invitation_stays_good_where_the_account_could_not_be_opened(link, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(commands, "open_row", lambda *_: 1 / 0)
        assert accepted(link).status_code == 500
    assert accepted(link).status_code == 302


def test_nobody_who_is_invited_takes_their_own_name_or_address(link):
    assert accepted(link, f"{ORDERS} 42").status_code == 400


def test_an_invitation_to_an_older_address_is_over(trattoria, link):
    say(ChangeEmail(customer_id=trattoria, email="chef@trattoria.example"))
    assert accepted(link).status_code == 410


def test_an_invitation_of_somebody_deactivated_is_over(trattoria, link):
    say(DeactivateCustomer(customer_id=trattoria, reason="a quarrel"))
    assert accepted(link).status_code == 410


def test_a_password_that_will_not_do_is_said_and_leaves_the_link(link):
    page = accepted(link, "olives")
    assert (page.status_code, "fewer than 15" in page.content.decode()) == (400, True)
    assert accepted(link).status_code == 302


def test_whoever_has_an_account_is_not_invited(trattoria, link):
    accepted(link)
    with pytest.raises(Rejected) as refused:
        say(InviteCustomer(customer_id=trattoria, email=ORDERS))
    assert refused.value.code == "has_account"


def test_nobody_is_invited_at_the_address_of_another(trattoria, visitor):
    visitor.has_account(ANNA)
    with pytest.raises(Rejected) as refused:
        say(InviteCustomer(customer_id=trattoria, email=ANNA))
    assert refused.value.code == "taken"


def test_an_invitation_is_sent_again_when_it_is_given_again(trattoria, link):
    before = len(mails())
    say(InviteCustomer(customer_id=trattoria, email=ORDERS))
    assert len(mails()) == before + 1


def test_staff_have_a_link_sent_and_never_set_a_password(visitor):
    visitor.has_account(ANNA)
    say(OfferReset(customer_id=User.objects.get().pk))
    token = token_in(mailed())
    assert visitor.post("auth/password/reset", token=token, password=ANOTHER).status_code == 200
    assert visitor.login(ANNA, ANOTHER).status_code == 200


def test_no_link_is_sent_where_there_is_no_account(trattoria):
    with pytest.raises(Rejected) as refused:
        say(OfferReset(customer_id=trattoria))
    assert refused.value.code == "no_account"


def test_the_second_of_two_who_are_invited_at_one_address_is_refused(trattoria, link):
    other = a_business("Chefette")
    with pytest.raises(Rejected):
        say(InviteCustomer(customer_id=other, email=ORDERS))
    say(InviteCustomer(customer_id=other, email=BEN))
