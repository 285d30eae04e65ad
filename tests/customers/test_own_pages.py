"""The pages of a customer who is signed in, as a browser without JavaScript sends their forms."""

import base64
import json
import re
import time
from html.parser import HTMLParser

import pytest
from django.test import Client
from django_otp.oath import hotp

from customers.commands.forgetting import QUESTIONS
from customers.commands.registration import customers
from efi.accounts import recent, second_factor, tokens
from efi.accounts.names import name_of_account
from efi.models import User
from tests.api.shop import emptied
from tests.customers.folk import a_person
from tests.given import identity

pytestmark = pytest.mark.django_db
PASSWORD = "several words do well"
HOME = {"street": "12 Bay Street", "city": "Bridgetown", "parish": "BB-08", "country": "BB"}
PAGES = (
    "",
    "addresses",
    "addresses/new",
    "consents",
    "email",
    "sessions",
    "second-factor",
    "tokens",
    "export",
    "delete",
)
ASKING = ("email", "second-factor", "tokens", "export", "delete")


def customer(name):
    customer_id = a_person(name)
    return User.objects.create_user(name_of_account(f"{name.lower()}@efi.example"), PASSWORD, pk=customer_id)


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def account(django_db_setup):
    emptied()
    return customer("Anna")


@pytest.fixture
def anna(account):
    return signed_in(account)


class Inputs(HTMLParser):
    """The fields of a page, by name."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag in ("input", "select") and "name" in told:
            self.found[told["name"]] = told


def page(client, path, **form):
    answer = client.post(f"/account/{path}", form) if form else client.get(f"/account/{path}")
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def version_in(client, path):
    """What a page says it has seen."""
    return Inputs(page(client, path)).found["version"]["value"]


def long_ago(client):
    session = client.session
    session[recent.CONFIRMED] = time.time() - 901
    session.save()


@pytest.mark.parametrize("path", [*PAGES, "confirm"])
def test_whoever_is_not_signed_in_is_led_to_sign_in(django_db_setup, path):
    answer = Client().get(f"/account/{path}")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/sign-in")


@pytest.mark.parametrize("path", [*PAGES, "confirm"])
def test_each_page_names_its_fields_and_runs_no_script_of_its_own(anna, path):
    answer = anna.get(f"/account/{path}")
    assert answer.status_code == 200
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    shown = answer.content.decode()
    for name, field in Inputs(shown).found.items():
        if field.get("type") != "hidden" and "hidden" not in field and name != "q":
            assert "autocomplete" in field, name
            assert f'for="{field["id"]}"' in shown, name


@pytest.mark.parametrize("path", ["", "addresses", "consents", "sessions", "second-factor", "tokens", "delete"])
def test_a_form_of_another_site_is_refused(account, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    assert client.post(f"/account/{path}", {}).status_code == 403


class TestTheProfile:
    def test_it_is_changed(self, anna):
        assert "anna@efi.example" in page(anna, "")
        said = {"name": "Annie", "phone": "430-1234", "other_phone": "", "preferred": "phone"}
        anna.post("/account/", {**said, "version": version_in(anna, "")})
        reaching = customers.load(identity("Anna")).reaching
        assert (reaching.name, reaching.phone.number, reaching.preferred) == ("Annie", "+12464301234", "phone")
        assert 'value="Annie"' in page(anna, "")

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"name": ""}, "name"), ({"phone": "no number"}, "phone"), ({"preferred": "x"}, "preferred")],
    )
    def test_what_is_wrong_stands_beside_its_field(self, anna, said, field):
        version = version_in(anna, "")
        answer = anna.post("/account/", {"name": "Anna", "preferred": "either", "version": version, **said})
        assert answer.status_code == 400
        assert f'id="{field}-fault"' in answer.content.decode()

    def test_a_rule_that_says_no_is_told_above(self, anna):
        said = {"name": "Annie", "preferred": "phone", "version": version_in(anna, "")}
        answer = anna.post("/account/", said)
        assert answer.status_code == 400
        assert "needs a telephone number" in answer.content.decode()
        assert customers.load(identity("Anna")).reaching.name == "Anna"

    def test_whoever_was_slower_is_told(self, anna):
        version = version_in(anna, "")
        for name in ("Annie", "Ann"):
            answer = anna.post("/account/", {"name": name, "preferred": "either", "version": version})
        assert answer.status_code == 400
        assert "has changed since" in answer.content.decode()
        assert customers.load(identity("Anna")).reaching.name == "Annie"

    def test_staff_have_none(self, account):
        client = signed_in(User.objects.create_superuser("staff@efi.example", PASSWORD))
        assert client.get("/account/").status_code == 404
        assert client.get("/account/sessions").status_code == 200


class TestAddresses:
    def test_one_is_entered_changed_chosen_and_taken_out(self, anna):
        drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
        for _ in range(2):
            anna.post("/account/addresses/new", {**HOME, "drawn": drawn})
        shown = page(anna, "addresses")
        assert shown.count("12 Bay Street</strong>") == 1
        version = version_in(anna, f"addresses/{drawn}")
        anna.post(f"/account/addresses/{drawn}", {**HOME, "street": "14 Bay Street", "version": version})
        assert "14 Bay Street" in page(anna, "addresses")
        version = version_in(anna, "addresses")
        anna.post("/account/addresses", {"remove": drawn, "version": version})
        assert "Bay Street" not in page(anna, "addresses")

    def test_another_is_chosen(self, anna):
        for street in ("12 Bay Street", "3 Dover Road"):
            drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
            anna.post("/account/addresses/new", {**HOME, "street": street, "drawn": drawn})
        version = version_in(anna, "addresses")
        anna.post("/account/addresses", {"billing": drawn, "version": version})
        assert str(customers.load(identity("Anna")).book.chosen["billing"]) == drawn

    def test_whoever_was_slower_is_told(self, anna):
        drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
        anna.post("/account/addresses/new", {**HOME, "drawn": drawn})
        answer = anna.post("/account/addresses", {"remove": drawn, "version": "1"})
        assert answer.status_code == 400
        assert "has changed since" in answer.content.decode()

    def test_an_old_page_of_an_address_overwrites_nothing(self, anna):
        drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
        anna.post("/account/addresses/new", {**HOME, "drawn": drawn})
        version = version_in(anna, f"addresses/{drawn}")
        for street in ("14 Bay Street", "16 Bay Street"):
            answer = anna.post(f"/account/addresses/{drawn}", {**HOME, "street": street, "version": version})
        assert answer.status_code == 400
        assert "has changed since" in answer.content.decode()
        assert "14 Bay Street" in page(anna, "addresses")

    @pytest.mark.parametrize("version", ["abc", "-1", "9" * 40, "", "²"])
    def test_what_is_no_version_is_refused(self, anna, version):
        drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
        anna.post("/account/addresses/new", {**HOME, "drawn": drawn})
        answer = anna.post("/account/addresses", {"remove": drawn, "version": version})
        assert answer.status_code == 400
        assert "Bay Street" in page(anna, "addresses")

    def test_what_is_missing_stands_beside_its_field(self, anna):
        drawn = Inputs(page(anna, "addresses/new")).found["drawn"]["value"]
        answer = anna.post("/account/addresses/new", {**HOME, "parish": "", "drawn": drawn})
        assert 'id="parish-fault"' in answer.content.decode()

    def test_another_s_is_not_found(self, anna):
        ben = signed_in(customer("Ben"))
        drawn = Inputs(page(ben, "addresses/new")).found["drawn"]["value"]
        ben.post("/account/addresses/new", {**HOME, "drawn": drawn})
        assert anna.get(f"/account/addresses/{drawn}").status_code == 404


class TestConsents:
    def test_they_are_given_and_taken_back_by_one_button_each(self, anna):
        anna.post("/account/consents", {"give": "marketing"})
        assert page(anna, "consents").count("you agree</span>") == 1
        anna.post("/account/consents", {"withdraw": "marketing"})
        assert "you agree</span>" not in page(anna, "consents")


class TestBeingAsked:
    @pytest.mark.parametrize("path", ASKING)
    def test_what_matters_asks_first_and_leads_back(self, anna, path):
        long_ago(anna)
        asking = anna.get(f"/account/{path}")["Location"]
        assert asking.startswith("/account/confirm?next=")
        answer = anna.post(asking, {"password": PASSWORD, "next": f"/account/{path}"})
        assert answer["Location"] == f"/account/{path}"
        assert anna.get(f"/account/{path}").status_code == 200

    def test_nothing_is_forgotten_without(self, anna):
        long_ago(anna)
        anna.post("/account/delete", {"word": "FORGET ME"})
        assert User.objects.filter(pk=identity("Anna")).exists()


class TestTheSecondFactor:
    def test_it_is_switched_on_and_off(self, anna, account):
        shown = page(anna, "second-factor")
        assert "<svg" in shown
        assert "anna%40efi.example" in shown
        secret = re.search(r"own-key\">([A-Z2-7 ]+)<", shown)[1].replace(" ", "")
        code = f"{hotp(base64.b32decode(secret), int(time.time()) // 30):06d}"
        assert page(anna, "second-factor", do="switch_on", code=code).count("<code>") == 10
        anna.post("/account/second-factor", {"do": "remove"})
        assert not second_factor.is_on(account)


class TestWhoMustHaveASecondFactor:
    @pytest.fixture
    def elias(self, django_db_setup, settings):
        emptied()
        settings.EFI_SECOND_FACTOR = "all"
        return signed_in(User.objects.create_user("elias@efi.example", PASSWORD, is_staff=True))

    @pytest.mark.parametrize("path", ["", "sessions", "tokens", "export", "password"])
    def test_staff_without_one_are_led_to_set_it_up(self, elias, path):
        answer = elias.get(f"/account/{path}")
        assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor")

    def test_they_set_it_up_there_and_go_on(self, elias):
        assert elias.get("/account/confirm").status_code == 200
        secret = re.search(r"own-key\">([A-Z2-7 ]+)<", page(elias, "second-factor"))[1].replace(" ", "")
        code = f"{hotp(base64.b32decode(secret), int(time.time()) // 30):06d}"
        page(elias, "second-factor", do="switch_on", code=code)
        assert elias.get("/account/sessions").status_code == 200

    def test_they_sign_out(self, elias):
        assert elias.post("/account/sign-out").status_code == 200


class TestTokens:
    def test_one_is_made_and_ended(self, anna, account):
        token = re.search(r"own-key\">([0-9a-f]{64})<", page(anna, "tokens", name="till"))[1]
        script = Client(headers={"Authorization": f"Bearer {token}"})
        assert script.get("/api/v1/me").status_code == 200
        [listed] = tokens.of(account.pk)
        anna.post("/account/tokens", {"one": listed.id})
        assert script.get("/api/v1/me").status_code == 401


class TestTakingEverythingAway:
    def test_it_can_be_read_and_kept(self, anna):
        assert "anna@efi.example" in page(anna, "export")
        answer = anna.get("/account/export?file=json")
        assert answer["Content-Disposition"].startswith("attachment")
        assert json.loads(answer.content)["history"]


class TestBeingForgotten:
    def test_by_a_word_that_is_typed(self, anna):
        assert anna.post("/account/delete", {"word": "yes"}).status_code == 400
        answer = anna.post("/account/delete", {"word": "forget me"})
        assert answer["Clear-Site-Data"]
        assert "You are forgotten" in answer.content.decode()
        assert anna.get("/account/").status_code == 302
        assert not User.objects.filter(pk=identity("Anna")).exists()

    def test_not_while_something_is_open(self, anna):
        QUESTIONS.append(lambda customer_id: ["order EFI-1 is on its way"])
        try:
            assert "EFI-1" in page(anna, "delete")
            assert "EFI-1" in anna.post("/account/delete", {"word": "forget me"}).content.decode()
        finally:
            QUESTIONS.pop()
        assert User.objects.filter(pk=identity("Anna")).exists()
