"""Signing in and out: sessions, tokens, the lock-out, and what a session of before must not become."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from customers.commands.endings import DeactivateCustomer, ReactivateCustomer
from customers.events import SignedIn
from efi.accounts import recent, second_factor
from efi.log import event_store
from efi.models import Session, User
from tests.customers.visitor import ANNA, ANOTHER, BEN, ELSEWHERE, HERE, PASSWORD, Visitor, told
from tests.efi import audit
from tests.given import say


@pytest.fixture
def anna(visitor):
    """She has an account, and is at the door."""
    return visitor.has_account()


@pytest.fixture
def factor(monkeypatch):
    """A second factor whose codes are good once."""
    good = ["111111", "222222"]
    monkeypatch.setattr(second_factor, "is_on", lambda account: True)
    monkeypatch.setattr(second_factor, "accepts", lambda account, code: code in good and not good.remove(code))


def test_a_session_begins_with_a_new_key_and_a_cookie_that_scripts_do_not_see(anna):
    anna.client.cookies["sessionid"] = "planted" * 5
    assert anna.login().status_code == 200
    cookie = anna.client.cookies["sessionid"]
    assert cookie.value != "planted" * 5
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert anna.is_in


def test_a_session_that_somebody_else_has_begun_is_not_gone_on_with(anna):
    anna.client.get("/account/sign-in")
    session = anna.client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    anna.client.cookies["sessionid"] = before
    anna.login()
    assert anna.client.session.session_key != before
    assert "planted" not in anna.client.session
    assert not Session.objects.filter(pk=before).exists()


def test_signing_in_again_has_a_new_key_too(anna):
    anna.login()
    before = anna.client.session.session_key
    anna.login()
    assert anna.client.session.session_key != before


def test_signing_in_over_another_session_starts_clean(anna):
    ben = Visitor().has_account(BEN)
    ben.login(BEN)
    session = ben.client.session
    session["basket"] = "Ben's"
    session.save()
    assert ben.login(ANNA).status_code == 200
    assert "basket" not in ben.client.session
    assert str(User.objects.get(pk=ben.client.session["_auth_user_id"]).pk) == anna.login().json()["data"]["id"]


@pytest.mark.parametrize(("address", "password"), [(ANNA, "wrong"), (BEN, PASSWORD), ("x", "y"), ("a" * 900, "b")])
def test_what_is_wrong_is_not_told(anna, address, password):
    answer = anna.login(address, password)
    told(answer, 401, "wrong_credentials")
    assert answer.json()["detail"] == "address, password or code are wrong"
    assert "sessionid" not in answer.cookies


NUL = "several words\0 do well"


def test_no_password_holds_a_nul(anna):
    """At any door, as some stores end a text there."""
    anna.login()
    answers = [
        anna.login(password=NUL),
        anna.register(BEN, NUL),
        anna.post("auth/password/change", old_password=NUL, new_password=ANOTHER),
        anna.post("auth/password/change", old_password=PASSWORD, new_password=NUL),
        anna.post("auth/password/reset", token="x", password=NUL),
        anna.post("me/confirm", password=NUL),
        anna.post("me/confirm", password=PASSWORD, code="\0"),
        anna.client.post("/account/sign-in", {"email": ANNA, "password": NUL}),
        anna.client.post("/account/sign-up", {"name": "Ben", "email": BEN, "password": NUL}),
        anna.client.post("/account/confirm", {"password": NUL}),
        anna.client.post("/account/password", {"old_password": PASSWORD, "new_password": NUL}),
    ]
    assert [answer.status_code for answer in answers] == [400] * len(answers)


def test_the_sixth_failure_shuts_the_door_to_the_right_password_too(anna):
    assert [anna.login(password="wrong").status_code for _ in range(5)] == [401] * 5
    shut = anna.login()
    assert (shut.status_code, int(shut["Retry-After"]) > 800) == (429, True)
    assert Visitor(ELSEWHERE).login().status_code == 200


def test_of_an_address_that_nobody_has_the_same_is_told(anna):
    known = [Visitor(HERE).login(ANNA, "wrong").json()["code"] for _ in range(6)]
    unknown = [Visitor(HERE).login(BEN, "wrong").json()["code"] for _ in range(6)]
    assert known == unknown == ["wrong_credentials"] * 5 + ["too_many"]


def test_of_thirty_at_once_five_are_tried(anna):
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: Visitor().login(password="wrong").status_code, range(30)))
    assert answers.count(401) == 5


def test_every_door_counts_together(anna):
    User.objects.create_user(BEN, PASSWORD, is_staff=True)
    for _ in range(3):
        anna.login(BEN, "wrong")
    for _ in range(2):
        anna.client.post("/admin/login/", {"username": BEN, "password": "wrong"})
    assert anna.client.post("/admin/login/", {"username": BEN, "password": PASSWORD}).status_code == 429
    form = {"email": BEN, "password": PASSWORD}
    assert anna.client.post("/account/sign-in", form).status_code == 429
    assert anna.login(BEN).status_code == 429


def test_a_token_is_answered_to_whoever_asks_for_one(anna):
    answer = anna.login(token=True).json()["data"]
    script = Visitor(bearer=answer["token"])
    assert script.is_in
    ends = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < ends <= timedelta(days=30)
    assert "sessionid" not in anna.client.cookies


def test_a_token_that_was_signed_in_for_counts_as_asked_for_a_quarter_of_an_hour(anna, monkeypatch):
    script = Visitor(bearer=anna.login(token=True).json()["data"]["token"])
    assert script.post("me/tokens", name="till").status_code == 201
    monkeypatch.setattr(recent, "now", lambda: datetime.now(UTC) + recent.WINDOW)
    told(script.post("me/tokens", name="till"), 403, "reauthentication_needed")


def test_a_code_is_asked_for_where_a_second_factor_is_on(anna, factor):
    told(anna.login(), 401, "code_needed")
    told(anna.login(code="999999"), 401, "wrong_credentials")
    assert anna.login(code="111111").status_code == 200
    told(Visitor().login(code="111111"), 401, "wrong_credentials")
    assert "token" in anna.login(code="222222", token=True).json()["data"]


def test_being_asked_for_a_code_is_no_failure(anna, factor):
    assert {anna.login().json()["code"] for _ in range(10)} == {"code_needed"}
    told(anna.login(password="wrong"), 401, "wrong_credentials")


def test_codes_are_not_guessed_faster_than_passwords(anna, factor):
    answers = [anna.login(code=f"{number:06}").status_code for number in range(6)]
    assert answers == [401] * 5 + [429]


def test_whoever_is_deactivated_does_not_come_in_and_is_told_no_more_than_others(anna):
    customer_id = User.objects.get().pk
    say(DeactivateCustomer(customer_id=customer_id, reason="a quarrel"))
    told(anna.login(), 401, "wrong_credentials")
    told(anna.login(token=True), 401, "wrong_credentials")
    say(ReactivateCustomer(customer_id=customer_id))
    assert anna.login().status_code == 200


def test_signing_out_ends_the_session_and_has_the_browser_forget(anna):
    anna.login()
    key = anna.client.session.session_key
    answer = anna.post("auth/logout")
    assert answer.json() == {"data": {"status": "signed_out"}}
    assert (answer["Clear-Site-Data"], answer["Cache-Control"]) == (
        '"cache", "cookies", "storage"',
        "private, no-store",
    )
    anna.client.cookies["sessionid"] = key
    assert not anna.is_in
    told(anna.post("auth/logout"), 401, "not_signed_in")


def test_signing_out_by_a_token_ends_the_token(anna):
    script = Visitor(bearer=anna.login(token=True).json()["data"]["token"])
    assert script.post("auth/logout").status_code == 200
    assert not script.is_in


def test_no_other_site_signs_anybody_out_or_changes_a_password(anna):
    held = Visitor(csrf=True)
    held.login()
    assert held.post("auth/logout").status_code == 403
    assert held.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER).status_code == 403
    held.client.cookies["csrftoken"] = "c" * 32
    given = {"content_type": "application/json", "headers": {"x-csrftoken": "c" * 32}}
    assert held.client.post("/api/v1/auth/logout", {}, **given).status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
def test_no_form_of_another_site_signs_anybody_in(anna, kind):
    body = f'{{"email": "{ANNA}", "password": "{PASSWORD}"}}'
    answer = anna.client.generic("POST", "/api/v1/auth/login", body, kind)
    told(answer, 415, "unsupported_media_type")


def test_a_sign_in_is_noted_with_where_and_what(anna):
    anna.login()
    customer_id = User.objects.get().pk
    (noted,) = audit.facts_of(f"access:{customer_id}")
    assert noted == SignedIn(customer_id=customer_id, network=HERE, device="Firefox")
    (raw,) = event_store.read_raw(f"access:{customer_id}")
    assert HERE not in str(raw)
