"""The shop window in a browser: what scripts add, and what everybody needs."""

import http.client
import json
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.services.program import eventually

axe = Axe()
CHAI, MUTTON = "/products/chai~nw-001", "/products/alice-mutton~nw-017"
PAGES = ["/", "/products", "/products?q=zzz", "/categories/seafood", CHAI, MUTTON, "/no/such/page"]
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => sum += one.value))
        .observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => setTimeout(() => done(sum), 100));
})"""


def told(program, sku):
    """What the API says of a product."""
    connection = http.client.HTTPConnection("127.0.0.1", program.port)
    connection.request("GET", f"/api/v1/products/{sku}")
    return json.loads(connection.getresponse().read())["data"]


@pytest.fixture
def reprice(program, give):
    """Changes a price, which can then be read; returns the product's id."""

    def reprice(sku, amount):
        product, price = told(program, sku), {"amount": amount, "currency": "USD"}
        give("change_price", product_id=product["id"], price=price, reason="new season")
        eventually(lambda: told(program, sku)["price"] == price)
        return product["id"]

    return reprice


@pytest.fixture
def marked(page):
    """Opens an address and marks the page, so that a reload would be noticed."""

    def open_(address):
        page.goto(address)
        page.evaluate("window.still = true")

    return open_


def still_open(page):
    return page.evaluate("window.still === true")


def typed(page, letters, *, suggests):
    """Types into the search of the front page, and returns its field and the suggestion once that is there."""
    page.goto("/")
    box, option = page.get_by_role("combobox", name="Search the shop"), page.get_by_role("option", name=suggests)
    box.press_sequentially(letters)
    expect(option).to_be_visible()
    return box, option


def test_what_one_types_is_suggested_and_opened_by_the_keyboard(page):
    box, option = typed(page, "came", suggests="Camembert Pierrot")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Camembert Pierrot")


def test_what_is_chosen_stays_chosen_when_suggestions_come_late(page):
    box, _ = typed(page, "came", suggests="Camembert Pierrot")
    box.press("ArrowDown")
    with page.expect_response("**/suggest?q=camem"):
        box.press_sequentially("m")
    page.evaluate("new Promise((done) => setTimeout(done, 0))")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Camembert Pierrot")


def test_escape_puts_the_suggestions_away_and_enter_searches(page):
    box, _ = typed(page, "cote", suggests="Côte de Blaye")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “cote”")
    expect(page.get_by_role("heading", level=3)).to_have_text(["Côte de Blaye"])


def test_a_filter_acts_at_once_where_one_stands_and_can_be_taken_back(page, marked):
    marked("/products")
    before = page.locator("[data-found]").inner_text()
    page.get_by_label("Finland").check()
    expect(page.locator("[data-found]")).not_to_have_text(before)
    expect(page.get_by_role("status")).to_contain_text("products")
    assert page.url.endswith("?sort=name&country=FI")
    assert still_open(page)
    assert page.evaluate("document.activeElement.value") == "FI"
    page.get_by_role("link", name="Remove: From Finland").click()
    expect(page.locator("[data-found]")).to_have_text(before)
    page.go_back()
    expect(page.locator("[data-found]")).not_to_have_text(before)


def test_a_new_price_arrives_on_an_open_page_and_is_said(page, marked, reprice):
    page.clock.install()
    marked(CHAI)
    expect(page.locator(".buy .price")).to_contain_text("USD\N{NO-BREAK SPACE}18.00")
    reprice("NW-001", "16.50")
    page.clock.fast_forward(11_000)
    expect(page.locator(".buy .price")).to_contain_text("USD\N{NO-BREAK SPACE}16.50")
    expect(page.locator(".buy .price s")).to_contain_text("USD\N{NO-BREAK SPACE}18.00")
    expect(page.get_by_role("status")).to_have_text("Chai: USD\N{NO-BREAK SPACE}16.50, in stock")
    assert still_open(page)


def test_a_new_price_arrives_in_an_open_list(page, marked, reprice):
    page.clock.install()
    marked("/categories/condiments")
    syrup = reprice("NW-003", "10.40")
    page.clock.fast_forward(11_000)
    expect(page.locator(f"#p-{syrup} .price")).to_contain_text("USD\N{NO-BREAK SPACE}10.40")
    assert still_open(page)


def test_nobody_is_asked_while_nobody_looks(page):
    page.clock.install()
    page.goto(CHAI, wait_until="networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    hide = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(f"Object.defineProperty(document, 'hidden', {{value: true, configurable: true}}); {hide}")
    page.clock.fast_forward(60_000)
    assert asked == []
    with page.expect_request("**/api/v1/products/*"):
        page.evaluate(f"Object.defineProperty(document, 'hidden', {{value: false, configurable: true}}); {hide}")


def test_a_refresh_without_leaving_the_page_says_what_it_found(page, marked):
    marked(MUTTON)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("status")).to_have_text("Nothing has changed")
    assert still_open(page)


@pytest.mark.parametrize("width", [320, 390, 768, 2000])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wider_than_the_screen(page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)], ids=["light desk", "dark phone"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_serious(page, address, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    found = axe.run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []


def test_axe_finds_nothing_serious_among_suggestions(page):
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("ch")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("combobox").press("ArrowDown")
    found = axe.run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_moves_while_a_page_loads(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate(SHIFTS) < 0.01


@pytest.mark.parametrize("address", PAGES[:-1])
def test_nobody_else_is_asked_and_nothing_is_refused_or_missing(page, base_url, address):
    hosts, faults = set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: answer.status >= 400 and faults.append(f"{answer.status} {answer.url}"))
    page.goto(address, wait_until="networkidle")
    assert hosts == {urlsplit(base_url).netloc}
    assert faults == []


def test_the_first_key_leads_past_the_head_of_the_page(page):
    page.goto("/products")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


class TestWithoutScripts:
    @pytest.fixture
    def page(self, new_context):
        return new_context(java_script_enabled=False).new_page()

    def test_one_searches_and_opens(self, page):
        page.goto("/")
        page.get_by_label("Search the shop").fill("raclette")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Raclette Courdavault").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Raclette Courdavault")

    def test_one_filters_sorts_and_pages(self, page):
        page.goto("/products")
        page.get_by_label("In stock only").check()
        page.get_by_label("Sort by").select_option("-price")
        page.get_by_role("button", name="Show products").click()
        expect(page.get_by_role("heading", level=3).first).to_have_text("Côte de Blaye")
        first = page.locator(".card h3").all_inner_texts()
        page.get_by_role("link", name="More products").click()
        expect(page.get_by_role("link", name="Back to the first page")).to_be_visible()
        assert not set(first) & set(page.locator(".card h3").all_inner_texts())

    def test_one_refreshes(self, page):
        page.goto(CHAI)
        page.get_by_role("link", name="Refresh").click()
        assert re.search(r"\?refresh=now$", page.url)
        expect(page.get_by_role("heading", level=1)).to_have_text("Chai")
