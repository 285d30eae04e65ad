"""Another password: forgotten, by a link that is good once, and changed; and who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from customers.accounts import change_password_of
from customers.commands import accounts as commands
from efi.accounts import links, new_passwords
from efi.log import mongo
from efi.log.event_store import now
from efi.mails import outbox
from efi.models import User
from tests.customers.visitor import (
    ANNA,
    ANOTHER,
    BEN,
    ELSEWHERE,
    PASSWORD,
    Visitor,
    mailed,
    mails,
    token_in,
    told,
)


@pytest.fixture
def anna(visitor):
    return visitor.has_account()


@pytest.fixture
def link(anna):
    """The token of the link that Anna was sent."""
    assert anna.post("auth/password/forgot", email=ANNA).json() == {"data": {"status": "link_sent"}}
    return token_in(mailed())


def reset(token, password=ANOTHER, **where):
    return Visitor(**where).post("auth/password/reset", token=token, password=password)


def test_a_link_leads_to_another_password(anna, link):
    assert reset(link).json() == {"data": {"status": "changed"}}
    told(anna.login(password=PASSWORD), 401, "wrong_credentials")
    assert anna.login(password=ANOTHER).status_code == 200


def test_to_an_unknown_address_nothing_is_sent_and_the_same_is_said(anna):
    before = len(mails())
    answer = anna.post("auth/password/forgot", email=BEN)
    assert (answer.status_code, answer.json()) == (202, {"data": {"status": "link_sent"}})
    assert len(mails()) == before
    assert BEN not in str(list(outbox.outbox().find()))


def test_the_link_goes_to_the_stored_address_and_not_to_one_that_looks_like_it(anna):
    before = len(mails())
    anna.post("auth/password/forgot", email="ann\u0430@people.example")
    assert len(mails()) == before
    anna.post("auth/password/forgot", email="ＡＮＮＡ@people.example")
    assert mailed().to == [ANNA]


def test_programs_that_open_what_is_in_mails_use_nothing_up(anna, link):
    pages = [Visitor(ELSEWHERE).get(f"/account/reset/{link}") for _ in range(10)]
    assert [page.status_code for page in pages] == [200] * 10
    assert Visitor().client.post(f"/account/reset/{link}", {"password": ANOTHER}).status_code == 200
    assert anna.login(password=ANOTHER).status_code == 200


def test_of_six_who_use_a_link_at_once_one_does(anna, link):
    with ThreadPoolExecutor(6) as six:
        answers = list(six.map(lambda number: reset(link, f"{ANOTHER} {number}").status_code, range(6)))
    assert sorted(answers) == [200] + [400] * 5


def test_a_used_link_an_old_one_and_one_of_nobody_are_over(anna, link):
    assert reset(link).status_code == 200
    told(reset(link, PASSWORD), 400, "link_is_over")
    told(reset("x" * 43, PASSWORD), 400, "link_is_over")
    mails()
    anna.post("auth/password/forgot", email=ANNA)
    again = token_in(mailed())
    links.links().update_many({}, {"$set": {"gone_after": now() - timedelta(seconds=1)}})
    told(reset(again, PASSWORD), 400, "link_is_over")
    assert Visitor().get(f"/account/reset/{again}").status_code == 410


def test_a_link_for_one_purpose_is_good_for_no_other(anna, link):
    assert Visitor().get(f"/account/invitation/{link}").status_code == 410


def test_a_link_is_void_once_the_account_has_another_address(anna, link):
    User.objects.update(email="somebody@else.example")
    told(reset(link), 400, "link_is_over")


def test_a_link_is_void_once_the_password_was_changed_otherwise(anna, link):
    anna.login()
    assert anna.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER).status_code == 200
    told(reset(link), 400, "link_is_over")


@pytest.mark.parametrize("own", [f"{ANNA} 42", "Anna Alleyne 12345"])
def test_nobody_takes_their_own_name_or_address(anna, link, own):
    """The row tells neither: they are the log's."""
    answer = reset(link, own)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/password", "guessable")]
    anna.login()
    answer = anna.post("auth/password/change", old_password=PASSWORD, new_password=own)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/new_password", "guessable")]


def test_a_link_stays_good_where_the_password_could_not_be_changed(anna, link, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(commands, "change_password_of", lambda *_: 1 / 0)
        assert reset(link).status_code == 500
    assert reset(link).status_code == 200


def test_a_password_that_will_not_do_leaves_the_link_as_it_is(anna, link):
    told(reset(link, "olives"), 400, "bad_input")
    assert reset(link).status_code == 200


def test_a_reset_signs_nobody_in_ends_all_sessions_and_tokens_and_opens_a_door_that_was_shut(anna, link):
    anna.login()
    script = Visitor(bearer=anna.login(token=True).json()["data"]["token"])
    for _ in range(6):
        Visitor(ELSEWHERE).login(password="wrong")
    answer = reset(link)
    assert "sessionid" not in answer.cookies
    assert [anna.is_in, script.is_in] == [False, False]
    assert Visitor(ELSEWHERE).login(password=ANOTHER).status_code == 200


@pytest.mark.parametrize("forged", [{"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}])
def test_a_link_leads_to_our_own_host_whatever_a_request_says(anna, settings, forged):
    settings.EFI_PUBLIC_URL = "https://shop.example"
    before = len(mails())
    answer = anna.client.post(
        "/api/v1/auth/password/forgot", {"email": ANNA}, content_type="application/json", **forged
    )
    sent = mails()[before:]
    assert answer.status_code == 400 or "https://shop.example/account/reset/" in sent[0].body
    assert not any("evil" in mail.body for mail in sent)


def test_a_deactivated_account_gets_no_link_and_uses_none(anna, link):
    before = len(mails())
    User.objects.update(is_active=False)
    anna.post("auth/password/forgot", email=ANNA)
    assert len(mails()) == before
    told(reset(link), 400, "link_is_over")


def test_a_token_is_kept_nowhere_once_it_was_sent(anna, link):
    names = mongo.database().list_collection_names(filter={"name": {"$regex": "^(?!system)"}})
    kept = {name: str(list(mongo.collection(name).find())) for name in names}
    assert [name for name, said in kept.items() if link in said] == []


def test_a_change_asks_for_the_old_one_and_keeps_this_session_alone(anna):
    anna.login()
    other = Visitor()
    other.login()
    script = Visitor(bearer=other.login(token=True).json()["data"]["token"])
    told(anna.post("auth/password/change", old_password="wrong", new_password=ANOTHER), 400, "wrong_password")
    key = anna.client.session.session_key
    answer = anna.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER)
    assert answer.json() == {"data": {"status": "changed"}}
    assert [anna.is_in, other.is_in, script.is_in] == [True, False, False]
    assert anna.client.session.session_key != key
    assert not list(new_passwords.new_passwords().find())


def test_old_passwords_are_guessed_no_faster_by_who_is_signed_in(anna):
    anna.login()
    tries = [anna.post("auth/password/change", old_password="wrong", new_password=ANOTHER) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [400] * 5 + [429]


def test_a_token_that_is_made_while_the_password_is_changed_ends_too(anna, monkeypatch):
    other = Visitor()
    for one in (anna, other):
        one.login()
    assert other.post("me/tokens", name="before").status_code == 201
    made = []

    def change(customer_id, password):
        """Somebody who came in with the old password asks for a token between two steps of the change."""
        if not made:
            with ThreadPoolExecutor(1) as elsewhere:
                made.append(elsewhere.submit(other.post, "me/tokens", name="till").result().json()["data"]["token"])
        change_password_of(customer_id, password)

    monkeypatch.setattr(commands, "change_password_of", change)
    assert anna.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER).status_code == 200
    assert not Visitor(bearer=made[0]).is_in


def test_a_guest_changes_nothing(visitor):
    told(visitor.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER), 401, "not_signed_in")


def test_whoever_has_another_password_is_told_once(anna):
    anna.login()
    before = len(mails())
    anna.post("auth/password/change", old_password=PASSWORD, new_password=ANOTHER)
    (word,) = mails()[before:]
    assert (word.to, word.subject) == ([ANNA], "Your password was changed")
    assert len(mails()) == before + 1


def test_staff_reset_theirs_by_the_same_door_and_are_told(visitor):
    User.objects.create_user(BEN, PASSWORD, is_staff=True)
    visitor.post("auth/password/forgot", email=BEN)
    assert reset(token_in(mailed())).status_code == 200
    assert (mailed().to, mailed().subject) == ([BEN], "Your password was changed")
    assert visitor.login(BEN, ANOTHER).status_code == 200
