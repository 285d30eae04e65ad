"""A day at the admin in a browser: what staff do by forms, verbs and dragging, and what they see of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.services.program import eventually

BEST_BEFORE = f"{datetime.now(UTC) + timedelta(days=400):%Y-%m-%d}"


def verb(page, words):
    """Opens a verb's form, which must fit the screen."""
    page.get_by_role("link", name=words, exact=True).first.click()
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()
    fits(page)


def send(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def give_in_browser(page, words):
    verb(page, words)
    send(page, words)


def told(page, words):
    expect(page.get_by_text(words).first).to_be_visible()


def fits(page):
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def choose(page, field, typed, option):
    """In a field that finds what one types."""
    page.locator(f"#id_{field} + .select2-container").click()
    page.locator(".select2-container--open .select2-search__field").fill(typed)
    page.get_by_role("option", name=option).click()


def open_record(page, kind, search):
    page.goto(f"/admin/catalog/{kind}/?q={search}")
    fits(page)
    page.get_by_role("link", name=search).first.click()
    expect(page.get_by_role("navigation", name="About this record")).to_be_visible()
    fits(page)


def field(page, label):
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


def fill_in(page, values):
    for label, value in values.items():
        field(page, label).fill(value)


def drag(name, onto, *, at):
    """Onto another category in the tree, at this part of its height."""
    target = onto.locator("xpath=..")
    height = target.bounding_box()["height"]
    name.locator("xpath=..").drag_to(target, target_position={"x": 40, "y": height * at})


def create_figs(page, sku):
    page.goto("/admin/catalog/product/")
    verb(page, "Create product")
    said = {"SKU": sku, "Name": "Fig jam", "Unit": "340 g jar", "Country of origin": "GR", "Amount": "6.50"}
    fill_in(page, {**said, "Description": "Figs of one village, cooked slowly."})
    page.get_by_label("Currency").select_option("USD")
    choose(page, "category_ids", "Condi", "Condiments")
    page.get_by_label("What the label says").select_option("some")
    contains, may = page.get_by_role("group", name="Contains"), page.get_by_role("group", name="May contain")
    contains.get_by_label("sesame").check()
    may.get_by_label("nuts", exact=True).check()
    figures = {"Energy (kJ)": "1050", "Energy (kcal)": "250", "Fat": "0.2", "Saturates": "0", "Salt": "0.02"}
    fill_in(page, {**figures, "Carbohydrate": "62", "Sugars": "60", "Protein": "0.5"})
    send(page, "Create product")
    told(page, "product created")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
class TestOnAnyScreen:
    def test_a_product_and_a_lot_of_it_come_on_sale_by_two_people(self, signed_in, screen):
        sku, batch = f"FIG-{screen['width']}", f"F-{screen['width']}"
        staff, approver = signed_in("staff", screen), signed_in("approver", screen)
        create_figs(staff, sku)
        fits(staff)
        give_in_browser(staff, "Submit")
        told(staff, "product submitted")
        open_record(approver, "product", sku)
        give_in_browser(approver, "Approve")
        told(approver, "product approved")
        verb(staff, "Receive lot")
        fill_in(staff, {"Batch number": batch, "Best before": BEST_BEFORE, "Quantity": "40"})
        choose(staff, "supplier_id", "Exotic", re.compile("Exotic Liquids"))
        send(staff, "Receive lot")
        told(staff, "lot received")
        for page, said in ((staff, "lot approved"), (approver, "lot released")):
            open_record(page, "lot", batch)
            give_in_browser(page, "Release lot")
            told(page, said)
        open_record(staff, "product", sku)
        told(staff, "40")

    def test_every_verb_can_be_reached(self, signed_in, screen):
        page = signed_in("staff", screen)
        open_record(page, "product", "NW-001")
        page.locator("summary", has_text="More").click()
        for words in ("Edit", "Change price", "Receive lot", "Offer as", "Recall"):
            box = page.get_by_role("link", name=words, exact=True).bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= screen["width"], words
        fits(page)


def test_the_page_of_the_api_shows_each_command(page):
    page.goto("/api/v1/docs")
    expect(page.get_by_text("/api/v1/bundles", exact=True)).to_be_visible(timeout=30_000)
    shown = page.get_by_text("/api/v1/commands/create_category")
    for _ in range(400):
        # The page holds what is on the screen and little beside it.
        if shown.count():
            break
        page.mouse.wheel(0, 400)
        page.evaluate("new Promise(requestAnimationFrame)")
    expect(shown).to_be_visible(timeout=30_000)


class TestRefusals:
    def test_stand_beside_the_field_and_keep_what_was_typed(self, staff):
        staff.goto("/admin/catalog/product/")
        verb(staff, "Create product")
        fill_in(
            staff, {"SKU": "NW-001", "Name": "Other chai", "Unit": "1 kg", "Country of origin": "IN", "Amount": "3"}
        )
        send(staff, "Create product")
        expect(field(staff, "SKU")).to_have_accessible_description("SKU NW-001 is taken")
        expect(field(staff, "Name")).to_have_value("Other chai")

    def test_come_to_whoever_would_be_the_second_person_too(self, staff):
        create_figs(staff, "FIG-SELF")
        give_in_browser(staff, "Submit")
        expect(staff.get_by_role("link", name="Approve", exact=True)).to_have_count(0)
        staff.goto(staff.url.replace("/change/", "/give/approve_product/"))
        send(staff, "Approve")
        told(staff, "cannot approve it")


class TestTwoPeople:
    def test_a_far_price_waits_in_the_list_until_a_second_person_agrees(self, staff, approver):
        open_record(staff, "product", "NW-002")
        verb(staff, "Change price")
        fill_in(staff, {"Amount": "30.00", "Reason": "dear tea"})
        send(staff, "Change price")
        told(staff, "it waits for a second person")
        approver.goto("/admin/staff/approval/?q=NW-002")
        approver.get_by_role("row", name="NW-002 Chang").get_by_role("link", name="approve price").click()
        send(approver, "Approve price")
        told(approver, "price changed")
        open_record(staff, "product", "NW-002")
        told(staff, "USD 30.00")


def test_the_file_of_an_import_is_named_once_it_is_chosen(staff):
    staff.goto("/admin/imports/")
    staff.locator("input[type=file]").set_input_files({"name": "teas.csv", "mimeType": "text/csv", "buffer": b"sku\n"})
    expect(staff.get_by_role("textbox", name="Choose file to upload")).to_have_value("teas.csv")


class TestManyAtOnce:
    def test_each_row_says_what_became_of_it(self, staff):
        staff.goto("/admin/catalog/product/?q=NW-00")
        for sku in ("NW-005", "NW-006"):
            staff.get_by_label(re.compile(f"Choose {sku}")).check()
        staff.get_by_label("Select action to run").select_option("deactivate")
        staff.get_by_role("button", name="Run").click()
        send(staff, "Deactivate")
        expect(staff.get_by_role("status")).to_have_text("Deactivate: 1 done, 1 refused")
        expect(staff.get_by_role("row", name="NW-006")).to_contain_text("product deactivated")
        expect(staff.get_by_role("row", name="NW-005")).to_contain_text("refused")


class TestHistory:
    def test_says_who_changed_what_and_shows_how_it_was_before(self, staff, give):
        open_record(staff, "product", "NW-008")
        product_id = re.search("[0-9a-f-]{36}", staff.url).group()
        give("change_price", product_id=product_id, price={"amount": "41.00", "currency": "USD"}, reason="wet autumn")
        staff.get_by_role("link", name="History", exact=True).click()
        changed = staff.get_by_role("article").filter(has_text="Price changed")
        expect(changed).to_contain_text("USD 40.00")
        expect(changed).to_contain_text("USD 41.00")
        expect(changed).to_contain_text("Staff")
        expect(changed).to_contain_text("wet autumn")
        changed.get_by_role("link", name="as of this event").click()
        expect(staff.get_by_role("row", name=re.compile("^Price"))).to_contain_text("USD 41.00")
        staff.get_by_role("link", name="one event earlier").click()
        expect(staff.get_by_role("row", name=re.compile("^Price"))).to_contain_text("USD 40.00")


class TestWhatIsNotTheirs:
    def test_is_refused_on_a_page_like_the_others(self, signed_in):
        page = signed_in("reports")
        assert page.goto("/admin/catalog/product/give/create_product/").status == 403
        expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
        page.get_by_role("link", name="Products").click()
        expect(page.get_by_role("row", name="NW-001")).to_be_visible()


class TestTree:
    @pytest.fixture
    def shelf(self, give, staff):
        """The tree's page with a category of three below it; returns what tells their order."""

        def shelf(name):
            top = give("create_category", name=name)["data"]["id"]
            for one in ("first", "second", "third"):
                give("create_category", name=f"{name} {one}", parent_id=top)
            order = staff.locator(f'[data-category="{top}"] > ul > li > .efi-node .efi-name')
            eventually(lambda: staff.goto("/admin/catalog/category/tree/") and order.count() == 3)
            return order

        return shelf

    def test_a_category_is_dragged_above_its_sibling(self, staff, shelf):
        order = shelf("Teas")
        expect(order).to_have_text(["Teas first", "Teas second", "Teas third"])
        drag(order.nth(2), order.nth(0), at=0.1)
        expect(order).to_have_text(["Teas third", "Teas first", "Teas second"])

    def test_a_category_is_dragged_into_another_and_out_again(self, staff, shelf):
        order = shelf("Oils")
        drag(order.nth(0), order.nth(1), at=0.5)
        expect(order).to_have_text(["Oils second", "Oils third"])
        drag(staff.get_by_role("link", name="Oils first", exact=True), order.nth(0), at=0.9)
        expect(order).to_have_text(["Oils second", "Oils first", "Oils third"])

    def test_a_branch_is_fetched_as_it_is_opened_and_its_categories_are_dragged(self, staff, shelf):
        order = shelf("Jams")
        opener = staff.get_by_role("link", name="What is below Jams", exact=True)
        opener.evaluate("""one => {
            one.closest("[data-category]").querySelector("ul").remove();
            one.setAttribute("aria-expanded", "false");
        }""")  # as in a tree of many categories
        opener.press("Enter")
        expect(order).to_have_text(["Jams first", "Jams second", "Jams third"])
        expect(opener).to_have_attribute("aria-expanded", "true")
        drag(order.nth(2), order.nth(0), at=0.1)
        expect(order).to_have_text(["Jams third", "Jams first", "Jams second"])
        assert "open=" in staff.url

    def test_the_keyboard_moves_it_too(self, staff, shelf):
        order = shelf("Nuts")
        staff.get_by_role("button", name="Move Nuts second up").press("Enter")
        expect(order).to_have_text(["Nuts second", "Nuts first", "Nuts third"])
