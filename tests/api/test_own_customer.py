"""A customer over the API: the profile, addresses, consents, everything to take away, and being forgotten."""

import json
import time
from uuid import uuid4

import pytest

from customers.commands.endings import MergeCustomers
from customers.commands.forgetting import QUESTIONS
from customers.commands.people import ChangeContact
from customers.commands.registration import customers
from customers.doors import own
from efi.accounts import recent
from efi.accounts.names import name_of_account
from efi.log import keys
from efi.models import User
from tests.api.shop import Caller, refused, token_for
from tests.customers.folk import a_person
from tests.customers.folk import with_an_address as with_an_address_in_the_log
from tests.given import identity, say

BAY_STREET = {"street": "12 Bay Street", "city": "Bridgetown", "parish": "BB-08"}
DOVER = {"street": "3 Dover Road", "city": "Oistins", "parish": "BB-01", "postal_code": "BB15000"}
ME = "/api/v1/me"


def account_of(name):
    customer_id = a_person(name)
    User.objects.filter(pk=customer_id).delete()
    address = name_of_account(f"{name.lower()}@efi.example")
    return User.objects.create_user(address, "kalamata olives", pk=customer_id)


@pytest.fixture
def anna(shop):
    return Caller(account_of("Anna"))


@pytest.fixture
def ben(shop):
    return Caller(account_of("Ben"))


def data(answer):
    assert answer.status_code < 300, answer.content
    assert answer["Cache-Control"] == "private, no-store"
    return answer.json()["data"]


def sent(caller, method, path="", body=None, **headers):
    return caller.send(method, f"{ME}{path}", json.dumps(body).encode() if body is not None else b"", **headers)


def now(caller):
    return data(caller.get("me", cache_control="no-cache"))


def with_an_address(caller, address=BAY_STREET):
    return data(sent(caller, "POST", "/addresses", address))["id"]


def seen(caller):
    return caller.get("me/addresses")["ETag"]


class TestTheProfile:
    def test_it_is_one_s_own(self, anna, ben):
        told = [data(caller.get("me")) for caller in (anna, ben)]
        assert [one["name"] for one in told] == ["Anna", "Ben"]
        said = ("id", "email", "email_proven", "type", "tier", "phone", "standing")
        expected = [str(identity("Anna")), "anna@efi.example", True, "expat", "retail", None, "active"]
        assert [told[0][name] for name in said] == expected

    def test_one_s_own_write_shows_by_its_token(self, anna):
        data(anna.get("me"))
        written = sent(anna, "PATCH", body={"name": "Annie"})
        seen = anna.get("me", consistency_token=written["Consistency-Token"])
        assert data(seen)["name"] == "Annie"
        assert seen.json()["meta"]["read_model"] == "customer_profile"

    def test_what_has_not_changed_is_not_sent_again(self, anna):
        assert anna.get("me", if_none_match=anna.get("me")["ETag"]).status_code == 304

    def test_another_s_etag_is_of_no_use(self, anna, ben):
        assert ben.get("me", if_none_match=anna.get("me")["ETag"]).status_code == 200

    def test_what_is_named_is_changed_and_the_rest_stays(self, anna):
        data(sent(anna, "PATCH", body={"phone": "430-1234", "preferred": "phone"}))
        receipt = data(sent(anna, "PATCH", body={"name": "Anna Marie"}))
        assert receipt["id"] == str(identity("Anna"))
        told = now(anna)
        assert [told[name] for name in ("name", "phone", "preferred")] == ["Anna Marie", "430-1234", "phone"]
        data(sent(anna, "PATCH", body={"role": "owner"}))
        assert now(anna)["phone"] == "430-1234"

    def test_all_of_it_is_changed_or_nothing(self, anna):
        refused(sent(anna, "PATCH", body={"name": "Annie", "preferred": "phone"}), 409, "no_phone")
        assert now(anna)["name"] == "Anna"

    def test_what_somebody_else_has_changed_meanwhile_stays(self, anna, monkeypatch):
        data(sent(anna, "PATCH", body={"phone": "430-1234"}))
        seen_before = customers.load(identity("Anna"))
        say(ChangeContact(customer_id=identity("Anna"), phone="430-9999"))
        monkeypatch.setattr(own, "customer_of", lambda account: seen_before)
        data(sent(anna, "PATCH", body={"role": "owner"}))
        assert now(anna)["phone"] == "430-9999"

    def test_whoever_was_slower_and_says_what_they_saw_is_told(self, anna):
        before = f'"{now(anna)["version"]}"'
        data(sent(anna, "PATCH", body={"name": "Annie"}, if_match=before))
        refused(sent(anna, "PATCH", body={"name": "Ann"}, if_match=before), 412, "outdated")
        assert now(anna)["name"] == "Annie"

    @pytest.mark.parametrize("body", [{}, {"name": None}, {"name": ""}, {"email": "x@y.example"}, {"phone": "no"}])
    def test_what_is_wrong_changes_nothing(self, anna, body):
        before = now(anna)
        assert sent(anna, "PATCH", body=body).status_code == 400
        assert now(anna) == before

    def test_staff_are_no_customers(self, shop):
        for path in ("me", "me/addresses", "me/consents"):
            refused(shop.elias.get(path), 404, "not_found")


class TestAddresses:
    def test_the_first_is_taken_for_everything(self, anna):
        address_id = with_an_address(anna)
        [told] = data(anna.get("me/addresses"))
        assert (told["id"], told["street"], told["country"]) == (address_id, "12 Bay Street", "BB")
        assert told["default_for"] == ["shipping", "billing"]

    def test_one_is_read_with_what_it_is_changed_by(self, anna):
        one = anna.get(f"me/addresses/{with_an_address(anna)}")
        assert data(one)["street"] == "12 Bay Street"
        assert one["ETag"] == seen(anna)

    def test_it_is_written_anew_as_it_was_seen(self, anna):
        address_id = with_an_address(anna)
        changed = sent(anna, "PUT", f"/addresses/{address_id}", DOVER, if_match=seen(anna))
        assert data(changed)["id"] == address_id
        assert data(anna.get("me/addresses"))[0]["city"] == "Oistins"

    @pytest.mark.parametrize(
        ("method", "path", "body"), [("PUT", "", DOVER), ("DELETE", "", None), ("PUT", "/default", {"use": "billing"})]
    )
    def test_whoever_was_slower_is_told(self, anna, method, path, body):
        address_id, before = with_an_address(anna), seen(anna)
        data(sent(anna, "PATCH", body={"name": "Annie"}))
        refused(sent(anna, method, f"/addresses/{address_id}{path}", body, if_match=before), 412, "outdated")
        refused(sent(anna, method, f"/addresses/{address_id}{path}", body), 428, "if_match_missing")
        refused(sent(anna, method, f"/addresses/{address_id}{path}", body, if_match="x"), 400, "if_match")
        assert data(anna.get("me/addresses"))[0]["city"] == "Bridgetown"

    def test_any_version_will_do_for_whoever_says_so(self, anna):
        data(sent(anna, "DELETE", f"/addresses/{with_an_address(anna)}", if_match="*"))
        assert data(anna.get("me/addresses")) == []

    def test_another_is_chosen(self, anna):
        with_an_address(anna)
        other = with_an_address(anna, DOVER)
        data(sent(anna, "PUT", f"/addresses/{other}/default", {"use": "billing"}, if_match=seen(anna)))
        assert [one["default_for"] for one in data(anna.get("me/addresses"))] == [["shipping"], ["billing"]]

    def test_another_s_is_none(self, anna, ben):
        theirs = with_an_address(ben)
        refused(anna.get(f"me/addresses/{theirs}"), 404, "not_found")
        for method, body in (("PUT", DOVER), ("DELETE", None)):
            refused(sent(anna, method, f"/addresses/{theirs}", body, if_match=seen(anna)), 404, "not_found")
        assert len(data(ben.get("me/addresses"))) == 1

    def test_a_key_that_comes_back_adds_nothing(self, anna):
        first, again = (sent(anna, "POST", "/addresses", BAY_STREET, idempotency_key="K") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert data(first) == data(again)
        assert again["Idempotent-Replayed"] == "true"
        assert len(data(anna.get("me/addresses"))) == 1

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"city": "Bridgetown", "parish": "BB-08"}, "/street"),
            ({**BAY_STREET, "parish": None}, "/parish"),
            ({**BAY_STREET, "parish": "BB-99"}, "/parish"),
            ({**BAY_STREET, "postal_code": "123"}, "/postal_code"),
            ({**BAY_STREET, "planet": "Mars"}, "/planet"),
        ],
    )
    def test_what_is_wrong_is_pointed_at(self, anna, body, pointer):
        answer = sent(anna, "POST", "/addresses", body)
        assert answer.status_code == 400
        assert pointer in [one["pointer"] for one in answer.json()["errors"]]


class TestConsents:
    def test_they_are_given_and_withdrawn_as_easily(self, anna):
        assert [one["given"] for one in data(anna.get("me/consents"))] == [False, False]
        newest = data(anna.get("me/consents"))[0]["newest"]
        data(sent(anna, "POST", "/consents", {"kind": "marketing", "version": newest}))
        told = data(anna.get("me/consents"))[0]
        assert (told["kind"], told["given"], told["version"]) == ("marketing", True, newest)
        assert told["since"]
        data(sent(anna, "DELETE", "/consents/marketing"))
        assert [one["given"] for one in data(anna.get("me/consents"))] == [False, False]

    def test_nobody_gives_them_in_another_s_place(self, anna, shop):
        body = json.dumps({"customer_id": str(identity("Anna")), "kind": "terms", "version": "2026-11"}).encode()
        for caller in (shop.elias, anna):
            refused(caller.send("POST", "/api/v1/commands/give_consent", body), 404, "not_found")

    def test_there_are_no_other_kinds(self, anna):
        refused(sent(anna, "DELETE", "/consents/tracking"), 404, "not_found")
        assert sent(anna, "POST", "/consents", {"kind": "tracking", "version": "1"}).status_code == 400


def long_ago(caller):
    session = caller.client.session
    session[recent.CONFIRMED] = time.time() - 901
    session.save()


class TestTakingEverythingAway:
    def test_it_holds_what_was_ever_said(self, anna):
        with_an_address(anna)
        everything = data(anna.get("me/export"))
        assert "12 Bay Street" in str(everything["history"])
        assert "anna@efi.example" in str(everything["history"])
        assert {"account", "documents", "history", "second_factor", "sessions", "tokens"} <= everything.keys()

    def test_its_documents_show_what_was_said_just_now(self, anna):
        newest = data(anna.get("me/consents"))[0]["newest"]
        data(sent(anna, "POST", "/consents", {"kind": "marketing", "version": newest}))
        data(sent(anna, "DELETE", "/consents/marketing"))
        acts = data(anna.get("me/export"))["documents"]["consents"]
        assert [one["act"] for one in acts] == ["given", "withdrawn"]

    def test_it_holds_what_was_said_of_whoever_was_merged_into_them(self, anna):
        anne = a_person("Anne")
        with_an_address_in_the_log(anne)
        say(MergeCustomers(customer_id=identity("Anna"), merged_id=anne))
        before = data(anna.get("me/export"))["merged"][str(anne)]
        assert "anne@efi.example" in str(before["history"])
        assert "12 Bay Street" in str(before["history"])

    def test_it_holds_nothing_of_another(self, anna, ben):
        with_an_address(ben, DOVER)
        assert "Dover" not in anna.get("me/export").content.decode()

    def test_it_wants_a_recent_password(self, anna):
        long_ago(anna)
        refused(anna.get("me/export"), 403, "reauthentication_needed")


class TestBeingForgotten:
    def test_nothing_opens_any_more(self, anna):
        script = Caller(token=token_for(User.objects.get(pk=identity("Anna"))))
        answer = sent(anna, "DELETE")
        assert data(answer) == {"status": "forgotten"}
        assert answer["Clear-Site-Data"]
        assert [caller.get("me").status_code for caller in (anna, script)] == [401, 401]
        assert not User.objects.filter(pk=identity("Anna")).exists()
        assert not keys.has_key(identity("Anna"))

    def test_not_while_something_is_open(self, anna):
        QUESTIONS.append(lambda customer_id: ["order EFI-1 is on its way"])
        try:
            answer = sent(anna, "DELETE")
        finally:
            QUESTIONS.pop()
        refused(answer, 409, "still_open")
        assert "EFI-1" in answer.json()["detail"]
        assert anna.get("me").status_code == 200

    def test_it_wants_a_recent_password(self, anna):
        long_ago(anna)
        refused(sent(anna, "DELETE"), 403, "reauthentication_needed")
        assert not customers.load(identity("Anna")).forgetting.done

    def test_nobody_else_is(self, anna, ben):
        data(sent(anna, "DELETE"))
        assert ben.get("me").status_code == 200

    def test_by_the_command_s_own_address_only_staff_ask_for_it(self, anna):
        body = {"customer_id": str(identity("Anna")), "reason": "mine"}
        assert anna.give("forget_customer", body).status_code == 403


def test_a_deactivated_customer_comes_in_nowhere(anna):
    User.objects.get(pk=identity("Anna")).sign_out()
    assert anna.get("me").status_code == 401


def test_an_address_that_is_none_is_not_found(anna):
    refused(anna.get(f"me/addresses/{uuid4()}"), 404, "not_found")
