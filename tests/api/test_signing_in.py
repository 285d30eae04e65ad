"""Who calls: by a session, which needs its CSRF token to write, or by a bearer token."""

import pytest
from django.core.management import call_command
from django.db import connection
from knox.models import AuthToken

from efi.log import event_store
from tests.api.shop import Caller, refused, token_for

MEZZE = {"name": "Mezze"}
CSRF = "c" * 32


@pytest.fixture
def browser(shop):
    """Maria's: it is held to the CSRF rules, unlike Django's own test client."""
    return Caller(shop.accounts["maria"], csrf=True)


def test_a_session_reads_without_a_csrf_token(shop, browser):
    assert browser.get("commands").status_code == 200


def test_a_session_writes_with_its_csrf_token(shop, browser):
    browser.client.cookies["csrftoken"] = CSRF
    assert browser.give("create_category", MEZZE, x_csrftoken=CSRF).status_code == 201


@pytest.mark.parametrize("given", [{}, {"x_csrftoken": "d" * 32}, {"x_csrftoken": ""}, {"x_csrftoken": "é"}])
def test_a_session_does_not_write_without_its_csrf_token(shop, browser, given):
    browser.client.cookies["csrftoken"] = CSRF
    refused(browser.give("create_category", MEZZE, **given), 403, "not_allowed")
    assert event_store.head("categories") == 0


def test_a_session_that_has_no_csrf_cookie_does_not_write(shop, browser):
    refused(browser.give("create_category", MEZZE, x_csrftoken=CSRF), 403, "not_allowed")


def test_a_csrf_token_in_a_form_opens_nothing(shop, browser):
    browser.client.cookies["csrftoken"] = CSRF
    form = f"csrfmiddlewaretoken={CSRF}&name=Mezze".encode()
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        refused(browser.send("POST", "/api/v1/commands/create_category", form, kind), 415, "unsupported_media_type")
    assert event_store.head("categories") == 0


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 5_000, b"{", b"\xff", b'{"name": NaN}'])
def test_a_body_that_is_not_well_formed_is_refused_to_a_session_too(shop, browser, body):
    browser.client.cookies["csrftoken"] = CSRF
    refused(browser.send("POST", "/api/v1/commands/create_category", body, x_csrftoken=CSRF), 400, "bad_input")


def test_a_token_reads_and_writes_as_its_account(shop):
    script = shop.script_of("maria")
    assert script.give("create_category", MEZZE).status_code == 201
    (event,) = shop.joan.get("streams/categories").json()["data"]
    assert event["actor"] == str(shop.accounts["maria"].pk)


def test_a_token_needs_no_csrf_token(shop):
    script = Caller(token=token_for(shop.accounts["maria"]), csrf=True)
    assert script.give("create_category", MEZZE).status_code == 201


def test_the_token_that_the_command_line_prints_is_good(shop, capsys):
    call_command("create_token", "maria@shop.example")
    script = Caller(token=capsys.readouterr().out.strip())
    assert script.give("create_category", MEZZE).status_code == 201


def test_a_token_is_kept_as_a_hash_only(shop):
    token = token_for(shop.accounts["maria"])
    kept = str(list(connection.get_collection("knox_authtoken").find()))
    assert token not in kept
    assert token[15:] not in kept


def test_a_token_that_was_revoked_is_good_for_nothing(shop):
    script = shop.script_of("maria")
    AuthToken.objects.filter(user=shop.accounts["maria"]).delete()
    refused(script.give("create_category", MEZZE), 401, "not_signed_in")


@pytest.mark.parametrize(
    "given",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a b",
        "Basic bWFyaWE6eA==",
        "x",
        "Bearer \xff",
        "Bearer \x00",
        "Bearer " + "x" * 5_000,
    ],
)
def test_what_is_not_a_token_is_not_signed_in(shop, given):
    refusal = shop.guest.get("commands", authorization=given)
    refused(refusal, 401, "not_signed_in")
    assert refusal["WWW-Authenticate"] == "Bearer"


def test_what_everybody_may_read_is_answered_whatever_the_token(shop):
    assert shop.guest.get("products", authorization="Bearer x").status_code == 200


def test_a_session_that_is_not_ours_is_a_guests(shop):
    shop.guest.client.cookies["sessionid"] = "x" * 32
    refused(shop.guest.get("commands"), 401, "not_signed_in")
    assert shop.guest.get("products").status_code == 200
