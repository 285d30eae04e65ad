"""What staff see of the admin: nothing to be pressed is off the screen, and a phone's lists have rows of two lines."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_admin_reach import PAGES
from tests.services.program import eventually

LISTS = ("product", "lot", "stocklevel", "movement", "price", "supplier", "category")
OFF_THE_SCREEN = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role='button']")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".efi-skip, .select2-hidden-accessible"))
    .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 120)])
    .filter(([box]) => box.width > 1 && (box.left < 0 || box.right > innerWidth)).map(([, html]) => html)"""
HEIGHTS = "[...document.querySelectorAll('#result_list tbody tr')].map((row) => row.offsetHeight)"
TWO_LINES = 70
"""Pixels: two lines of text, the padding, and the edge."""


@pytest.fixture
def lot_to_release(give, staff):
    """One that has just come in, so that its row offers the next step."""
    staff.goto("/admin/catalog/product/?q=NW-001")
    product_id = staff.get_by_role("link", name="NW-001").get_attribute("href").split("/")[4]
    staff.goto("/admin/catalog/supplier/?q=Exotic")
    supplier_id = staff.get_by_role("link", name="1", exact=True).get_attribute("href").split("/")[4]
    lot_id = str(uuid4())
    about = {"lot_id": lot_id, "batch_number": f"LOOK-{lot_id[:8]}", "quantity": 5, "best_before": "2040-01-01"}
    give("receive_lot", product_id=product_id, supplier_id=supplier_id, **about)
    eventually(lambda: offered(staff, about["batch_number"]))
    return about["batch_number"]


def offered(staff, batch):
    """What the list offers to do next with a lot, once it is on it."""
    staff.goto(f"/admin/catalog/lot/?q={batch}")
    return staff.get_by_role("link", name="release lot").all()


def off_the_screen(page, address):
    page.goto(address, wait_until="networkidle")
    return page.evaluate(OFF_THE_SCREEN)


def test_nothing_to_be_pressed_is_off_a_screen_of_1280_pixels(staff, lot_to_release):
    staff.set_viewport_size(DESK)
    addresses = [*PAGES.values(), *(f"/admin/catalog/{kind}/" for kind in LISTS), "/admin/efi/user/"]
    found = {address: off_the_screen(staff, address) for address in addresses}
    assert {address: some for address, some in found.items() if some} == {}


def test_the_next_step_of_a_lot_is_seen_without_scrolling(staff, lot_to_release):
    staff.goto(f"/admin/catalog/lot/?q={lot_to_release}")
    expect(staff.get_by_role("link", name="release lot")).to_be_in_viewport(ratio=1)


def test_the_front_page_shows_the_lots_to_release_and_what_expires(staff, lot_to_release):
    staff.goto("/admin/")
    expect(staff.get_by_role("link", name=f"NW-001 Chai ({lot_to_release})")).to_be_visible()
    expect(staff.get_by_role("link", name="NW-072 Mozzarella di Giovanni (OPENING-NW-072)")).to_be_visible()


def test_a_row_of_a_list_on_a_phone_has_two_lines(signed_in, lot_to_release):
    page = signed_in("staff", PHONE)
    for kind in LISTS:
        page.goto(f"/admin/catalog/{kind}/")
        heights = page.evaluate(HEIGHTS)
        assert heights, kind
        assert max(heights) <= TWO_LINES, (kind, heights)
    page.goto(f"/admin/catalog/lot/?q={lot_to_release}")
    expect(page.get_by_role("link", name="release lot")).to_be_in_viewport(ratio=1)
