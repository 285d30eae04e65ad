"""Another address, proven first, once, by whoever has asked for it; another factor or password; and who is told."""

import base64
import time

import pytest
from django_otp.oath import hotp

from customers.commands.registration import customers
from efi.accounts import recent, second_factor, sessions, tokens
from efi.models import User
from tests.api.shop import emptied
from tests.customers.visitor import ANNA, ANOTHER, BEN, ELSEWHERE, PASSWORD, Visitor, code_in, mailed, mails, told
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


def elsewhere(visitor):
    """A browser and a program that came in to the same account, and are in."""
    others = [Visitor(), Visitor(bearer=visitor.login(token=True).json()["data"]["token"])]
    visitor.login()
    others[0].login()
    assert [one.is_in for one in others] == [True, True]
    return others


def test_a_move_ends_what_is_open_elsewhere(anna):
    others = elsewhere(anna)
    moves(anna)
    proves(anna, code_in(mailed()))
    assert [one.is_in for one in (anna, *others)] == [True, False, False]


def test_another_second_factor_ends_what_is_open_elsewhere(anna):
    others = elsewhere(anna)
    with_a_factor(anna)
    assert [one.is_in for one in (anna, *others)] == [True, False, False]


def test_that_a_second_factor_is_switched_off_ends_what_is_open_elsewhere(anna):
    with_a_factor(anna)
    others = [Visitor(), Visitor(bearer=tokens.make(User.objects.get(), "till")[0])]
    others[0].client.force_login(User.objects.get())
    assert anna.client.delete("/api/v1/me/second-factor").status_code == 200
    assert [one.is_in for one in (anna, *others)] == [True, False, False]


def test_a_token_that_a_thief_made_is_told_of_seen_and_ended(anna):
    thief = Visitor(ELSEWHERE)
    token = thief.login(token=True).json()["data"]["token"]
    assert (mailed().to, mailed().subject) == ([ANNA], "A token was made for your account")
    assert Visitor(bearer=token).is_in
    (listed,) = anna.client.get("/api/v1/me/tokens").json()["data"]
    assert listed["name"] == "signed in"
    assert anna.client.delete(f"/api/v1/me/tokens/{listed['id']}").status_code == 200
    assert not Visitor(bearer=token).is_in


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


def test_codes_are_asked_for_no_more_often_than_anything_at_the_doors(anna, settings):
    settings.LIMITS = settings.LIMITS | {"sign_ins": "2/minute"}
    assert [moves(anna, f"{name}@home.example").status_code for name in "abc"] == [202, 202, 429]


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


def with_a_factor(visitor):
    secret = visitor.post("me/second-factor").json()["data"]["secret"]
    code = f"{hotp(base64.b32decode(secret), int(time.time()) // 30):06d}"
    answer = visitor.client.patch("/api/v1/me/second-factor", {"code": code}, content_type="application/json")
    assert answer.status_code == 200


def test_the_owner_is_told_of_a_changed_second_factor(anna):
    with_a_factor(anna)
    assert mailed().to == [ANNA]
    anna.client.delete("/api/v1/me/second-factor")
    assert [one.to for one in mails() if "second factor" in one.subject] == [[ANNA], [ANNA]]


SHORT = "rv7!kQ2z"


def removed(visitor):
    return visitor.client.delete("/api/v1/me/second-factor")


def test_a_factor_that_a_short_password_needs_is_not_switched_off(anna):
    with_a_factor(anna)
    assert anna.post("auth/password/change", old_password=PASSWORD, new_password=SHORT).status_code == 200
    told(removed(anna), 409, "factor_required")
    anna.client.post("/account/second-factor", {"do": "remove"})
    assert "choose a longer one first" in anna.client.get("/account/second-factor").content.decode()
    assert anna.post("auth/password/change", old_password=SHORT, new_password=ANOTHER).status_code == 200
    assert removed(anna).status_code == 200


def test_nor_is_that_of_staff(django_db_setup):
    elias = User.objects.create_user("elias@efi.example", PASSWORD, is_staff=True)
    visitor = Visitor()
    visitor.client.force_login(elias)
    with_a_factor(visitor)
    form = {"old_password": PASSWORD, "new_password1": SHORT, "new_password2": SHORT}
    assert visitor.client.post("/admin/password_change/", form).status_code == 302
    told(removed(visitor), 409, "factor_required")


def test_so_are_staff(django_db_setup):
    elias = User.objects.create_user("elias@efi.example", PASSWORD, is_staff=True)
    second_factor.changed.send(sender=None, account_id=elias.pk)
    assert mailed().to == ["elias@efi.example"]


def test_where_a_factor_is_on_a_password_is_changed_after_a_code_alone(anna):
    with_a_factor(anna)
    session = anna.client.session
    session[recent.CONFIRMED] = time.time() - 901
    session.save()
    said = {"old_password": PASSWORD, "new_password": ANOTHER}
    told(anna.post("auth/password/change", **said), 403, "reauthentication_needed")
    assert anna.client.get("/account/password")["Location"].startswith("/account/confirm")


def test_a_changed_password_leaves_one_session_and_no_token(anna):
    account = User.objects.get(pk=anna.client.session["_auth_user_id"])
    Visitor().login(ANNA)
    tokens.make(account, "till")
    assert anna.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER).status_code == 200
    assert anna.is_in
    assert len(sessions.of(account.pk)) == 1
    assert tokens.of(account.pk) == []


def test_the_mails_that_one_got_are_among_what_is_held(anna):
    with_a_factor(anna)
    mails()
    held = anna.client.get("/api/v1/me/export").json()["data"]["mails"]
    assert [(one["kind"], one["to"], one["state"]) for one in held] == [("second_factor", ANNA, "sent")]
