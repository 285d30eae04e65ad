"""The pages at the doors, without a script: forms that say what is wrong where it is, and lead on."""

import re
from html.parser import HTMLParser

import pytest

from efi.accounts import second_factor
from efi.models import User
from tests.customers.visitor import ANNA, ANOTHER, PASSWORD, Visitor, code_in, mailed, token_in

SIGN_UP = {"name": "Anna Alleyne", "email": ANNA, "password": PASSWORD}
PAGES = ["/account/sign-up", "/account/sign-in", "/account/forgotten"]


class Fields(HTMLParser):
    """The fields of a page by their names, and the words of its labels by what they are for."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.labels, self.ids = {}, [], []
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.ids += [said["id"]] if "id" in said else []
        if tag == "input" and said.get("type") not in ("hidden", "search"):
            self.fields[said["name"]] = said
        if tag == "label":
            self.labels.append(said["for"])


@pytest.fixture
def anna(visitor):
    return visitor.has_account()


def seen(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_somebody_signs_up_and_is_in(visitor):
    page = visitor.client.post("/account/sign-up", SIGN_UP)
    assert (page.status_code, page["Location"]) == (302, "/account/prove")
    assert ANNA in seen(visitor.get("/account/prove"))
    page = visitor.client.post("/account/prove", {"code": code_in(mailed())})
    assert (page.status_code, page["Location"]) == (302, "/account/")
    assert visitor.is_in


def test_a_code_is_typed_in_where_one_has_signed_up(visitor):
    """Elsewhere nobody could tell whose sign-up it is for, and so who has chosen the password."""
    visitor.client.post("/account/sign-up", SIGN_UP)
    page = Visitor().client.post("/account/prove", {"email": ANNA, "code": code_in(mailed())})
    assert (page.status_code, page["Location"]) == (302, "/account/sign-up")
    assert visitor.login().status_code == 401


def test_the_code_of_a_stranger_s_sign_up_does_not_open_ones_own(visitor):
    """Or they would have chosen the password of the account."""
    visitor.client.post("/account/sign-up", SIGN_UP)
    mailed()
    Visitor().register(password=ANOTHER)
    page = visitor.client.post("/account/prove", {"code": code_in(mailed())})
    assert (page.status_code, "This code is wrong" in seen(page)) == (400, True)


def test_another_code_is_sent_when_one_asks_and_counts_alone(visitor):
    visitor.client.post("/account/sign-up", SIGN_UP)
    first = code_in(mailed())
    visitor.client.post("/account/prove", {"again": "yes"})
    second = code_in(mailed())
    assert first == second or visitor.client.post("/account/prove", {"code": first}).status_code == 400
    assert visitor.client.post("/account/prove", {"code": second}).status_code == 302


def test_a_known_address_is_led_on_alike(anna):
    other = Visitor()
    page = other.client.post("/account/sign-up", {**SIGN_UP, "password": ANOTHER})
    assert (page.status_code, page["Location"]) == (302, "/account/prove")
    assert ANNA in seen(other.get("/account/prove"))


def test_one_signs_in_and_out_and_is_led_where_one_wanted(anna):
    page = anna.client.post("/account/sign-in?next=/account/password", {"email": ANNA, "password": PASSWORD})
    assert (page.status_code, page["Location"]) == (302, "/account/password")
    assert anna.get("/account/sign-out").status_code == 200
    assert anna.is_in
    page = anna.client.post("/account/sign-out")
    assert page["Clear-Site-Data"]
    assert not anna.is_in


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_elsewhere(anna, elsewhere):
    page = anna.client.post(f"/account/sign-in?next={elsewhere}", {"email": ANNA, "password": PASSWORD})
    assert page["Location"] == "/account/"


def test_after_signing_out_the_back_button_shows_nothing(anna):
    anna.login()
    page = anna.get("/account/password")
    assert page["Cache-Control"] == "private, no-store"
    anna.client.post("/account/sign-out")
    assert anna.get("/account/password").status_code == 302


def test_a_second_step_asks_for_the_code_alone(anna, monkeypatch):
    monkeypatch.setattr(second_factor, "is_on", lambda account: True)
    monkeypatch.setattr(second_factor, "accepts", lambda account, code: code == "111111")
    page = anna.client.post("/account/sign-in", {"email": ANNA, "password": PASSWORD}, follow=True)
    assert list(Fields(page).fields) == ["code"]
    assert PASSWORD not in page.content.decode()
    assert not anna.is_in
    assert anna.client.post("/account/sign-in/code", {"code": "999999"}).status_code == 400
    assert anna.client.post("/account/sign-in/code", {"code": "111111"}).status_code == 302
    assert anna.is_in


def test_a_second_step_is_over_once_the_password_is_another(anna, monkeypatch):
    monkeypatch.setattr(second_factor, "is_on", lambda account: True)
    monkeypatch.setattr(second_factor, "accepts", lambda account, code: True)
    thief = Visitor()
    thief.client.post("/account/sign-in", {"email": ANNA, "password": PASSWORD})
    account = User.objects.get()
    account.set_password(ANOTHER)
    account.save()
    page = thief.client.post("/account/sign-in/code", {"code": "111111"})
    assert (page.status_code, page["Location"]) == (302, "/account/sign-in")
    assert not thief.is_in


def test_a_password_is_changed_on_a_page(anna):
    anna.login()
    form = {"old_password": PASSWORD, "new_password": ANOTHER}
    assert anna.client.post("/account/password", {**form, "old_password": "wrong"}).status_code == 400
    assert anna.client.post("/account/password", form)["Location"] == "/account/"
    assert Visitor().login(password=ANOTHER).status_code == 200


def test_a_forgotten_password_is_replaced_by_pages_alone(anna):
    page = anna.client.post("/account/forgotten", {"email": ANNA})
    assert "If there is an account" in seen(page)
    link = f"/account/reset/{token_in(mailed())}"
    assert anna.client.post(link, {"password": "olives"}).status_code == 400
    assert "Your password is changed" in seen(anna.client.post(link, {"password": ANOTHER}))
    assert anna.client.post("/account/sign-in", {"email": ANNA, "password": ANOTHER}).status_code == 302


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_its_label_and_the_name_that_password_managers_know(visitor, path):
    found = Fields(visitor.get(path))
    assert {field["id"] for field in found.fields.values()} <= set(found.labels)
    known = {"name": "name", "email": "email", "password": "new-password", "code": "one-time-code"}
    known |= {"email": "username", "password": "current-password"} if path.endswith("sign-in") else {}
    assert {name: field["autocomplete"] for name, field in found.fields.items()} == {
        name: known[name] for name in found.fields
    }


@pytest.mark.parametrize("path", PAGES)
def test_what_is_wrong_stands_beside_its_field_and_is_tied_to_it(visitor, path):
    page = visitor.client.post(path, {"email": "nobody"})
    assert page.status_code == 400
    found = Fields(page)
    faulty = [field for field in found.fields.values() if field.get("aria-invalid") == "true"]
    assert faulty
    for field in faulty:
        assert set(field["aria-describedby"].split()) <= set(found.ids)
    assert 'role="alert"' in page.content.decode()


def test_what_was_typed_is_there_again_but_the_password(visitor):
    page = visitor.client.post("/account/sign-up", {**SIGN_UP, "password": "olives"})
    found = Fields(page).fields
    assert (found["email"]["value"], found["name"]["value"]) == (ANNA, "Anna Alleyne")
    assert "value" not in found["password"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_kept_by_nobody_tells_nobody_and_runs_no_script_of_others(visitor, path):
    page = visitor.get(path)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "same-origin")
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "noindex" in page.content.decode()


@pytest.mark.parametrize("path", [*PAGES, "/account/sign-out", "/account/password"])
def test_no_form_of_another_site_is_taken(anna, path):
    held = Visitor(csrf=True)
    held.login()
    page = held.client.post(path, SIGN_UP, headers={"accept": "text/html"})
    assert (page.status_code, "too old" in seen(page)) == (403, True)


def test_too_many_failures_are_told_on_a_page(anna):
    wrong = {"email": ANNA, "password": "wrong"}
    for _ in range(5):
        anna.client.post("/account/sign-in", wrong)
    page = anna.client.post("/account/sign-in", wrong, headers={"accept": "text/html"})
    assert (page.status_code, "Retry-After" in page) == (429, True)
    assert "<h1>" in page.content.decode()
