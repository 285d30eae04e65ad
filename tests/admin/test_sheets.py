"""Lots, stock, categories and suppliers on one page each; and what forms of the warehouse say of what is in hand."""

from uuid import UUID

import pytest

from catalog.commands.stock import AllocateStock
from catalog.models import Category, Lot, Product, Supplier
from tests.admin.pages import links_of
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.larder import NEXT_YEAR
from tests.given import say

pytestmark = pytest.mark.django_db
BEST_BEFORE = f"{NEXT_YEAR:%-d %b %Y}"


@pytest.fixture
def sold(olives):
    """Three of the ten olives."""
    say(AllocateStock(product_id=UUID(olives.pk), reference="EFI-1", quantity=3))
    caught_up()
    return olives


@pytest.fixture
def lot(sold):
    return Lot.objects.get(product=sold)


def sheet(client, kind, record):
    answer = client.get(f"/admin/catalog/{kind}/{record.pk}/change/")
    return answer, {panel.title: panel for panel in answer.context["panels"]}


def facts(panel):
    return {name: str(value) for name, value in panel.facts}


def told(answer):
    return {name: str(value) for name, value in answer.context["told"]}


class TestSheets:
    def test_a_lots_says_what_is_left_of_what_and_who_had_of_it(self, staff, lot):
        answer, panels = sheet(staff, "lot", lot)
        assert "7 of 10" in panels["What is left"].figure
        assert "on sale" in panels["What is left"].figure
        assert facts(panels["What is left"])["best before"] == BEST_BEFORE
        latest = panels["What came and went"].few.rows[0]
        assert (latest[1], latest[2], latest[4]) == ("sale", -3, "EFI-1")
        assert {
            f"/admin/catalog/product/{lot.product_id}/change/",
            f"/admin/catalog/supplier/{lot.supplier_id}/change/",
        } < links_of(answer)

    def test_a_stocks_says_what_there_is_and_in_which_lots(self, staff, sold):
        answer, panels = sheet(staff, "stocklevel", sold)
        assert "7 available" in panels["What there is"].figure
        assert facts(panels["What there is"])["on hand"] == "7"
        assert [[str(cell) for cell in row[1:3]] for row in panels["Lots"].few.rows] == [[BEST_BEFORE, "7 of 10"]]
        assert f"/admin/catalog/lot/?product_id={sold.pk}" in links_of(answer)

    def test_a_categorys_says_where_it_stands_and_whether_the_shop_shows_it(self, staff, olives):
        mezze = Category.objects.get(name="Mezze")
        _, panels = sheet(staff, "category", mezze)
        assert "shown" in panels["In the shop"].figure
        [[below, _]] = panels["In the tree"].few.rows
        assert "Olives" in below
        _, panels = sheet(staff, "category", Category.objects.get(name="Olives"))
        assert f"/admin/catalog/category/{mezze.pk}/change/" in facts(panels["In the tree"])["above it"]

    def test_a_suppliers_says_whom_to_call_and_what_came_from_them(self, staff, olives):
        _, panels = sheet(staff, "supplier", Supplier.objects.get())
        assert facts(panels["Who they are"]) == {"code": "TRA", "country": "Italy", "contact": "Ada"}
        assert [str(row[1]) for row in panels["Lots"].few.rows] == [str(olives)]

    def test_of_what_is_not_there_no_table_is_shown(self, staff, shop):
        catalogue.supplier()
        caught_up()
        _, panels = sheet(staff, "supplier", Supplier.objects.get())
        assert (panels["Lots"].few, panels["Products"].few) == (None, None)


class TestInHand:
    @pytest.mark.parametrize("verb", ["adjust_lot", "write_off", "hold_lot", "recall_lot"])
    def test_the_form_of_a_lot_shows_the_product_the_lot_and_what_is_left(self, staff, lot, verb):
        said = told(staff.get(f"/admin/catalog/lot/{lot.pk}/give/{verb}/"))
        assert (said["product"], said["batch number"]) == (str(lot.product), lot.batch_number)
        assert (said["left"], said["best before"]) == ("7 of 10", BEST_BEFORE)

    @pytest.mark.parametrize("kind", ["product", "stocklevel"])
    def test_the_form_of_a_stock_shows_the_product_and_what_there_is(self, staff, sold, kind):
        said = told(staff.get(f"/admin/catalog/{kind}/{sold.pk}/give/receive_lot/"))
        assert said == {"product": str(Product.objects.get()), "available": "7 of 7 on hand", "reserved": "0"}

    def test_forms_that_are_not_the_warehouses_do_without(self, staff, sold):
        assert told(staff.get(f"/admin/catalog/product/{sold.pk}/give/change_price/")) == {}

    def test_the_form_for_many_shows_it_of_each(self, staff, lot):
        chosen = {"action": "hold_lot", "_selected_action": [lot.pk]}
        page = staff.post("/admin/catalog/lot/", chosen).content.decode()
        assert str(lot.product) in page
        assert "7 of 10" in page


class TestToRelease:
    def test_a_tile_shows_the_lots_that_two_people_are_to_release(self, staff, lot):
        say(catalogue.delivery(UUID(lot.product_id), UUID(lot.supplier_id), batch="AUTUMN"))
        caught_up()
        [tile] = [one for one in staff.get("/admin/").context["tiles"] if one.title == "lots to release"]
        assert (tile.count, [(name, about) for name, about, _ in tile.rows]) == (
            1,
            [("OLI-1 Kalamata olives (AUTUMN)", "quarantine")],
        )
        assert [one.batch_number for one in staff.get(tile.address).context["cl"].result_list] == ["AUTUMN"]
