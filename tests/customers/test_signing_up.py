"""Signing up: an address is proven before anything comes to be, and nobody learns whether it is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from customers.commands.accounts import InviteCustomer
from customers.commands.emails import ChangeEmail, ProveEmail
from customers.commands.endings import DeactivateCustomer, MergeCustomers
from customers.commands.registration import customers
from efi.accounts import codes
from efi.domain.errors import Rejected
from efi.log import event_store, mongo
from efi.log.event_store import now
from efi.mails import sending
from efi.models import User
from efi.writing.dispatch import dispatch
from tests.customers.folk import a_business
from tests.customers.scenarios import with_the_address_of_a_business
from tests.customers.visitor import ANNA, ANOTHER, BEN, ELSEWHERE, HERE, PASSWORD, Visitor, code_in, mailed, mails, told
from tests.given import say


def test_whoever_types_in_the_code_has_an_account(visitor):
    begun = visitor.register()
    assert (begun.status_code, begun.json()["data"]) == (202, {"status": "code_sent"})
    proven = visitor.verify(code_in(mailed()))
    assert (proven.status_code, proven.json()["data"]["status"]) == (200, "proven")
    assert visitor.login().status_code == 200
    customer = customers.load(User.objects.get().pk)
    assert (customer.reaching.name, customer.reaching.email, customer.has_account) == ("Anna Alleyne", ANNA, True)


def test_the_account_the_customer_and_the_key_have_one_id(visitor):
    proven = visitor.has_account().login().json()["data"]["id"]
    assert proven == str(User.objects.get().pk)
    assert event_store.head(f"customer:{proven}") == 3


def test_until_then_nothing_has_come_to_be(visitor):
    visitor.register()
    mailed()
    assert not User.objects.exists()
    assert not event_store.commits().count_documents({})
    told(visitor.login(), 401, "wrong_credentials")


def test_nothing_personal_is_kept_of_whoever_does_not_go_on(visitor):
    visitor.register()
    mailed()
    names = mongo.database().list_collection_names(filter={"name": {"$regex": "^(?!system)"}})
    kept = {name: str(list(mongo.collection(name).find())) for name in names}
    assert [name for name, said in kept.items() if ANNA in said or "Alleyne" in said or PASSWORD in said] == []
    (pending,) = codes.proofs().find()
    assert pending["gone_after"] - now() <= timedelta(minutes=10)


def test_the_row_of_an_account_says_nothing_of_whose_it_is(visitor):
    visitor.has_account()
    (row,) = mongo.collection("efi_user").find()
    assert "anna" not in str(row).casefold()
    assert row["email"].endswith("@customers.invalid")


def test_an_address_is_one_persons_however_it_is_written(visitor):
    visitor.has_account()
    assert Visitor().register("ANNA@People.example").status_code == 202
    assert "already" in mailed().subject
    assert visitor.login("Anna@PEOPLE.example").status_code == 200


def test_to_a_known_address_goes_word_and_no_code(visitor):
    visitor.has_account()
    again = Visitor().register(password=ANOTHER)
    assert (again.status_code, again.json()["data"]) == (202, {"status": "code_sent"})
    assert mailed().to == [ANNA]
    assert not any(digits.isdigit() and len(digits) == 6 for digits in mailed().body.split())
    assert visitor.login().status_code == 200


def test_whoever_was_merged_into_another_may_sign_up_with_their_old_address(visitor):
    visitor.has_account(BEN)
    ben = User.objects.get().pk
    anna = UUID(Visitor().has_account().login().json()["data"]["id"])
    say(MergeCustomers(customer_id=ben, merged_id=anna))
    told(visitor.login(), 401, "wrong_credentials")
    visitor.has_account()
    assert visitor.login().json()["data"]["id"] not in (str(anna), str(ben))


def test_a_code_is_good_once(visitor):
    visitor.register()
    code = code_in(mailed())
    assert [visitor.verify(code).status_code for _ in range(2)] == [200, 400]


def test_of_six_who_type_in_a_code_at_once_one_opens_the_account(visitor):
    visitor.register()
    code = code_in(mailed())
    with ThreadPoolExecutor(6) as six:
        answers = list(six.map(lambda _: Visitor().verify(code).status_code, range(6)))
    assert answers.count(200) == 1
    assert User.objects.count() == 1


def test_a_wrong_code_opens_nothing_and_the_right_one_none_after_five(visitor):
    visitor.register()
    code = code_in(mailed())
    other = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        told(visitor.verify(other), 400, "wrong_code")
    told(visitor.verify(code), 400, "wrong_code")
    assert not User.objects.exists()


def test_codes_are_not_guessed_faster_than_mails_are_sent(visitor, settings):
    settings.LIMITS = settings.LIMITS | {"sign_ins": ""}
    for _ in range(2 * sending.MOST_AN_HOUR):
        visitor.register()
    assert len(mails()) == sending.MOST_AN_HOUR
    with_a_code = codes.proofs().count_documents({"code": {"$exists": True}})
    assert with_a_code == sending.MOST_AN_HOUR


def test_a_stranger_s_wrong_codes_keep_nobody_from_their_own(visitor):
    stranger = Visitor(ELSEWHERE)
    stranger.register(password=ANOTHER)
    visitor.register()
    code = code_in(mailed())
    for _ in range(10):
        told(stranger.verify("000000"), 400, "wrong_code")
    assert visitor.verify(code).status_code == 200


def test_a_stranger_s_sign_ups_use_up_nobody_s_mails(visitor):
    visitor.has_account()
    for _ in range(5):
        Visitor(ELSEWHERE).register()
        Visitor(ELSEWHERE).register(BEN)
        Visitor(ELSEWHERE).post("auth/password/forgot", email=ANNA)
    mails()
    visitor.post("auth/password/forgot", email=ANNA)
    assert "/account/reset/" in mailed().body
    visitor.register(BEN)
    assert visitor.verify(code_in(mailed()), BEN).status_code == 200


def test_the_code_of_a_stranger_s_sign_up_is_wrong(visitor):
    """Or who has chosen the password of the account would be somebody else than who has proven the address."""
    visitor.register()
    Visitor(ELSEWHERE).register(password=ANOTHER, name="Evil Eve")
    theirs = next(code_in(one) for one in mails() if "Evil Eve" in one.body)
    told(visitor.verify(theirs), 400, "wrong_code")
    assert not User.objects.exists()


def test_the_mail_says_who_has_signed_up_and_that_a_password_is_chosen(visitor):
    visitor.register(name="Anna Alleyne-O'Brien")
    said = mailed().body
    assert "as Anna Alleyne-O'Brien." in said
    assert "a password was chosen already" in said


@pytest.mark.parametrize("name", ["Win at http://evil.example/x", "evil.example", "eve@evil.example"])
def test_no_stranger_has_a_link_sent_as_their_name(visitor, name):
    visitor.register(name=name)
    assert "evil.example" not in str(mailed().message())
    assert "<a " not in mailed().alternatives[0].content


def test_another_code_has_its_own_ten_minutes_and_five_tries(visitor):
    form = {"name": "Anna Alleyne", "email": ANNA, "password": PASSWORD}
    visitor.client.post("/account/sign-up", form)
    code_in(mailed())
    codes.proofs().update_many({}, {"$set": {"tries": codes.MOST_TRIES, "gone_after": now() + timedelta(minutes=1)}})
    visitor.client.post("/account/prove", {"again": "yes"})
    code = code_in(mailed())
    (proof,) = codes.proofs().find()
    assert proof["gone_after"] - now() > timedelta(minutes=9)
    assert visitor.client.post("/account/prove", {"code": code})["Location"] == "/account/"


def test_two_who_sign_up_with_one_address_each_have_their_own_code(visitor):
    visitor.register(password=PASSWORD)
    mine = code_in(mailed())
    Visitor().register(password=ANOTHER)
    mailed()
    assert visitor.verify(mine).status_code == 200
    assert visitor.login(password=PASSWORD).status_code == 200
    told(visitor.login(password=ANOTHER), 401, "wrong_credentials")


def test_the_second_of_two_who_prove_one_address_is_told_that_it_is_taken(visitor):
    typed = []
    for password in (PASSWORD, ANOTHER):
        visitor.register(password=password)
        typed.append(code_in(mailed()))
    assert [visitor.verify(code).status_code for code in typed] == [200, 409]
    assert User.objects.count() == 1


@pytest.mark.parametrize("command", [InviteCustomer, ChangeEmail, ProveEmail])
def test_whoever_proves_the_address_of_a_business_without_an_account_opens_the_account_of_that(visitor, command):
    trattoria = a_business()
    say(command(customer_id=trattoria, email=ANNA))
    mails()
    begun = visitor.register()
    assert (begun.status_code, begun.json()["data"]) == (202, {"status": "code_sent"})
    proven = visitor.verify(code_in(mailed()))
    assert proven.json()["data"] == {"id": str(trattoria), "status": "proven"}
    assert visitor.login().json()["data"]["id"] == str(trattoria)
    customer = customers.load(trattoria)
    assert (customer.reaching.name, customer.has_account, customer.reaching.has_proven_email) == ("Ada", True, True)


def test_one_that_is_deactivated_is_opened_by_nobody(visitor):
    trattoria = a_business()
    say(ChangeEmail(customer_id=trattoria, email=ANNA))
    say(DeactivateCustomer(customer_id=trattoria, reason="a quarrel"))
    visitor.register()
    told(visitor.verify(code_in(mailed())), 409, "customer_status")
    assert not User.objects.exists()


def test_one_that_has_another_address_by_now_is_opened_by_nobody_else(visitor):
    opened = with_the_address_of_a_business("Ponente")
    say(ChangeEmail(customer_id=opened.customer_id, email=BEN))
    with pytest.raises(Rejected) as refused:
        dispatch(opened, actor=ANNA)
    assert refused.value.code == "taken"


def test_an_address_gets_three_mails_an_hour(visitor):
    for _ in range(5):
        assert visitor.register().status_code == 202
    assert len(mails()) == 3


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"password": "olives"}, "/password", "password_too_short"),
        ({"password": "password" * 3}, "/password", "guessable"),
        ({"password": f"{ANNA} {ANNA}"}, "/password", "guessable"),
        ({"password": "é7!k" * 40}, "/password", "password_too_long"),
        ({"address": "anna"}, "/email", "string_pattern_mismatch"),
        ({"address": "anna@people example"}, "/email", "string_pattern_mismatch"),
        ({"address": "anna@-people.example"}, "/email", "value_error"),
        ({"name": "A"}, "/name", "string_too_short"),
        ({"name": "A" * 101}, "/name", "string_too_long"),
        ({"name": "Anna\nAlleyne"}, "/name", "string_pattern_mismatch"),
    ],
)
def test_what_will_not_do_is_pointed_at(visitor, wrong, pointer, code):
    answer = visitor.register(**wrong)
    assert answer.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert PASSWORD not in answer.content.decode()


def test_another_code_is_asked_for_no_more_often_than_anything_at_the_doors(visitor, settings):
    settings.LIMITS = settings.LIMITS | {"sign_ins": "3/minute"}
    visitor.client.post("/account/sign-up", {"name": "Anna Alleyne", "email": ANNA, "password": PASSWORD})
    answers = [visitor.client.post("/account/prove", {"again": "yes"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_the_sign_up_of_a_place_is_limited(visitor, settings):
    settings.LIMITS = settings.LIMITS | {"sign_ins": "2/minute"}
    assert [visitor.register(f"{name}@people.example").status_code for name in "abc"] == [202, 202, 429]


def test_an_address_of_staff_is_known(visitor):
    User.objects.create_user(BEN, PASSWORD, is_staff=True)
    visitor.register(BEN)
    assert "already" in mailed().subject


def test_answers_are_kept_by_nobody(visitor):
    assert visitor.register()["Cache-Control"] == "private, no-store"
    assert visitor.verify("1")["Cache-Control"] == "private, no-store"
    assert HERE not in str(list(mongo.collection("once").find()))
