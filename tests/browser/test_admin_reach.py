"""The admin by keyboard and screen reader, as the shop is: axe, landmarks, a way past the menu, edges that are seen."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

axe = Axe()
EDGES = Path(__file__).with_name("edges.js").read_text()
BY_MOUSE_ALONE = """[...document.querySelectorAll("[x-on\\\\:click]")]
    .filter((one) => one.id !== "changelist-filter-close" && one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 120))"""
PAGES = {
    "front page": "/admin/",
    "products": "/admin/catalog/product/",
    "lots": "/admin/catalog/lot/",
    "stock": "/admin/catalog/stocklevel/",
    "tree": "/admin/catalog/category/tree/",
    "form": "/admin/catalog/product/give/create_product/",
    "lot's form": "/admin/catalog/lot/give/receive_lot/",
    "approvals": "/admin/staff/approval/",
    "imports": "/admin/imports/",
    "monitor": "/admin/operations/monitor",
    "read models": "/admin/operations/rebuild",
}
RECORDS = ("product", "lot", "stocklevel", "supplier")


def faults_of(page):
    """What axe finds, which edges cannot be seen, and what has to be pressed by a mouse."""
    found = [(one["id"], one["nodes"][0]["html"][:120]) for one in axe.run(page).response["violations"]]
    return found, page.evaluate(EDGES), page.evaluate(BY_MOUSE_ALONE)


def each_page(page):
    """Goes to one page after the other, then to a record of each kind and to a history; yields what each is called."""
    for name, address in PAGES.items():
        page.goto(address, wait_until="networkidle")
        yield name
    for kind in RECORDS:
        page.goto(f"/admin/catalog/{kind}/")
        page.locator("#result_list tbody a").first.click()
        page.wait_for_load_state("networkidle")
        yield kind
    page.get_by_role("link", name="History", exact=True).click()
    page.wait_for_load_state("networkidle")
    yield "history"


@pytest.mark.parametrize(("scheme", "screen"), [("light", DESK), ("dark", PHONE)], ids=["light desk", "dark phone"])
def test_axe_finds_nothing_all_edges_are_seen_and_keys_press_what_a_mouse_does(staff, scheme, screen):
    staff.emulate_media(color_scheme=scheme)
    staff.set_viewport_size(screen)
    found = {name: faults_of(staff) for name in each_page(staff)}
    assert {name: faults for name, faults in found.items() if any(faults)} == {}


def test_axe_finds_nothing_where_one_signs_in(page):
    page.goto("/admin/login/", wait_until="networkidle")
    assert [one["id"] for one in axe.run(page).response["violations"]] == []


def test_the_first_key_leads_past_the_menu(staff):
    staff.goto("/admin/catalog/product/")
    staff.keyboard.press("Tab")
    expect(staff.get_by_role("link", name="Skip to the content")).to_be_focused()
    staff.keyboard.press("Enter")
    expect(staff.get_by_role("main")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes_by_keys(signed_in):
    page = signed_in("staff", PHONE)
    products = page.get_by_role("link", name="Products", exact=True)
    expect(products).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).press("Enter")
    expect(products).to_be_visible()
    page.get_by_role("button", name="Close the menu").press(" ")
    expect(products).to_be_hidden()


def test_filters_open_and_are_chosen_by_keys(staff):
    staff.goto("/admin/catalog/product/")
    staff.get_by_role("button", name="Filters").press("Enter")
    staff.get_by_role("link", name="frozen").press("Enter")
    expect(staff.get_by_role("row", name="NW-009")).to_be_visible()
    expect(staff.get_by_role("row", name="NW-001")).to_be_hidden()


def test_the_names_of_icons_are_not_read_out(staff):
    expect(staff.get_by_role("link", name="Lots", exact=True)).to_be_visible()
