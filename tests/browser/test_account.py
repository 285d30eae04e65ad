"""An account in a browser: opened, kept under a second factor, taken along, and forgotten; and who can use its pages."""

import base64
import email
import re
import time
from email.policy import default

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import hotp
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.services.program import Program, eventually

axe = Axe()
ADDRESS, PASSWORD = "anna@people.example", "correct horse battery"
PAGES = (
    "",
    "addresses",
    "addresses/new",
    "email",
    "consents",
    "sessions",
    "second-factor",
    "tokens",
    "export",
    "delete",
    "confirm",
)
DOORS = ("sign-up", "sign-in", "forgotten")


@pytest.fixture(scope="module")
def mails(tmp_path_factory):
    return tmp_path_factory.mktemp("mails")


@pytest.fixture(scope="module")
def program(mails, tmp_path_factory):
    folder = tmp_path_factory.mktemp("accounts") / "data"
    program = Program(folder, EMAIL_URL=f"filemail://{mails}")
    program.start()
    yield program
    program.end()


@pytest.fixture(scope="module")
def base_url(program):
    return f"http://127.0.0.1:{program.port}"


def code_for(address, mails):
    """Waits for the mail with a code, and returns the code."""

    def found():
        read = [email.message_from_bytes(file.read_bytes(), policy=default) for file in mails.glob("*.eml")]
        mine = [one.get_body(("plain",)).get_content() for one in read if one["To"] == address]
        return next(iter(re.findall(r"\b\d{6}\b", "".join(mine))), None)

    return eventually(found)


def signed_up(page, mails, address=ADDRESS):
    page.goto("/account/sign-up")
    page.get_by_label("Your name").fill("Anna Alleyne")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Type in the code")).to_be_visible()
    page.get_by_label("Code from the mail").fill(code_for(address, mails))
    page.get_by_label("Code from the mail").press("Enter")
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    return page


def code_by(secret, steps=0):
    return f"{hotp(base64.b32decode(secret), int(time.time()) // 30 + steps):06d}"


def with_a_factor(page):
    """Switches it on; returns its key."""
    page.get_by_role("link", name="Second factor").click()
    secret = page.locator(".own-key").inner_text().replace(" ", "")
    page.get_by_label("The code that the app shows now").fill(code_by(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    return secret


def signs_in(page, secret):
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.get_by_label("Code from your app").fill(code_by(secret, 1))
    page.get_by_label("Code from your app").press("Enter")


def enters_an_address(page):
    page.get_by_role("link", name="Addresses").click()
    page.get_by_role("link", name="Enter an address").click()
    page.get_by_label("Street and number").fill("12 Bay Street")
    page.get_by_label("Town or city").fill("Bridgetown")
    page.get_by_label("Parish").select_option("Saint Michael")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("12 Bay Street")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_signs_up_comes_back_takes_everything_along_and_is_forgotten(new_context, mails, scripts):
    for file in mails.glob("*.eml"):
        file.unlink()
    page = signed_up(new_context(java_script_enabled=scripts).new_page(), mails)
    secret = with_a_factor(page)
    enters_an_address(page)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    signs_in(page, secret)
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    page.get_by_role("link", name="Take everything away").click()
    expect(page.get_by_text("12 Bay Street").first).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the file").click()
    assert "12 Bay Street" in taken.value.path().read_text()
    page.get_by_role("link", name="Be forgotten").click()
    page.get_by_label("Type FORGET ME").fill("forget me")
    page.get_by_role("button", name="Forget me").click()
    expect(page.get_by_role("heading", name="You are forgotten")).to_be_visible()
    signs_in_no_more(page)


def signs_in_no_more(page):
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_text("Address, password or code are wrong")).to_be_visible()


@pytest.fixture(scope="module")
def state(browser, base_url, mails):
    """The cookies of somebody with an address, a token and two sessions."""
    context = browser.new_context(base_url=base_url)
    page = signed_up(context.new_page(), mails, "ben@people.example")
    enters_an_address(page)
    kept = context.storage_state()
    context.close()
    return kept


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize(("scheme", "screen"), [("light", DESK), ("dark", PHONE)], ids=["light desk", "dark phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(new_context, state, scheme, screen):
    page = new_context(storage_state=state, color_scheme=scheme, viewport=screen).new_page()
    for path in PAGES:
        page.goto(f"/account/{path}")
        found = [(one["id"], one["nodes"][0]["html"][:120]) for one in axe.run(page).response["violations"]]
        assert (path, found, wide(page)) == (path, [], False)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_at_the_doors(new_context, screen):
    page = new_context(viewport=screen).new_page()
    for path in DOORS:
        page.goto(f"/account/{path}")
        found = [(one["id"], one["nodes"][0]["html"][:120]) for one in axe.run(page).response["violations"]]
        assert (path, found, wide(page)) == (path, [], False)


def test_the_back_button_shows_nothing_after_one_has_signed_out(new_context, state):
    page = new_context(storage_state=state).new_page()
    page.goto("/account/addresses")
    expect(page.get_by_text("12 Bay Street")).to_be_visible()
    page.goto("/account/sign-out")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_text("12 Bay Street")).to_have_count(0)
