"""Moving to another address: proven first, once, by whoever has asked for it, and told to the address before."""

import pytest

from customers.commands.registration import customers
from efi.models import User
from tests.api.shop import emptied
from tests.customers.visitor import ANNA, BEN, Visitor, code_in, mailed, mails, told
from tests.efi.crowd import at_once

pytestmark = pytest.mark.django_db
NEW = "anna@home.example"


@pytest.fixture(autouse=True)
def empty(django_db_setup):
    emptied()


def signed_in(address=ANNA):
    visitor = Visitor().has_account(address)
    assert visitor.login(address).status_code == 200
    return visitor


@pytest.fixture
def anna():
    return signed_in()


def moves(visitor, address=NEW):
    return visitor.post("me/email", email=address)


def proves(visitor, code, address=NEW):
    return visitor.client.patch("/api/v1/me/email", {"email": address, "code": code}, content_type="application/json")


def address_of(visitor):
    return customers.load(User.objects.get(pk=visitor.client.session["_auth_user_id"]).pk).reaching.email


def test_the_new_one_signs_in_and_the_old_one_no_more(anna):
    assert moves(anna).status_code == 202
    assert address_of(anna) == ANNA
    assert proves(anna, code_in(mailed())).status_code == 200
    assert address_of(anna) == NEW
    assert [Visitor().login(address).status_code for address in (NEW, ANNA)] == [200, 401]


def test_the_old_one_is_told(anna):
    moves(anna)
    proves(anna, code_in(mailed()))
    assert [one.to for one in mails() if "changed" in one.subject] == [[ANNA]]


def test_a_wrong_code_moves_nobody(anna):
    moves(anna)
    code = code_in(mailed())
    told(proves(anna, "000000" if code != "000000" else "000001"), 400, "wrong_code")
    assert address_of(anna) == ANNA


def test_of_six_at_once_one_counts(anna):
    moves(anna)
    code = code_in(mailed())
    answers = at_once([lambda: proves(anna, code).status_code] * 5)
    assert answers.count(200) == 1
    assert address_of(anna) == NEW


def test_another_s_code_moves_nobody(anna):
    ben = signed_in(BEN)
    moves(anna)
    told(proves(ben, code_in(mailed())), 400, "wrong_code")
    assert address_of(ben) == BEN


def test_an_address_that_is_another_s_is_answered_like_any_other(anna):
    signed_in(BEN)
    free, taken = moves(anna), moves(anna, BEN)
    assert (free.status_code, free.content) == (taken.status_code, taken.content)
    last = mailed()
    assert (last.to, "has one already" in last.body) == ([BEN], True)


def test_what_is_no_address_is_pointed_at(anna):
    answer = moves(anna, "anna")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")


def test_on_the_pages(anna):
    assert anna.client.post("/account/email", {"email": NEW}).status_code == 302
    assert NEW in anna.client.get("/account/email").content.decode()
    code = code_in(mailed())
    assert anna.client.post("/account/email", {"code": "x"}).status_code == 400
    assert anna.client.post("/account/email", {"code": code})["Location"] == "/account/"
    assert address_of(anna) == NEW


def test_one_may_begin_anew(anna):
    anna.client.post("/account/email", {"email": BEN})
    anna.client.post("/account/email", {"again": "yes"})
    assert 'name="email"' in anna.client.get("/account/email").content.decode()
