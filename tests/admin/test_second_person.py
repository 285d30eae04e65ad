"""What a second person is shown before they agree: what would be, beside what is, and how far it moves."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from django.contrib.admin.utils import quote
from django.utils.html import strip_tags

from catalog.commands.lots import AdjustLot, HoldLot, ReleaseLot
from catalog.commands.products import DeclineProduct, DescribeProduct, SubmitProduct
from catalog.models import Lot
from catalog.values import Allergen, Allergens
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.larder import ABOUT_OLIVES, QUALITY
from tests.given import JOAN, MARIA, NOW, say

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def read(answer):
    """The words of a page, as they stand."""
    page = answer.content.decode().replace("<", " <")
    return " ".join(unescape(strip_tags(page)).replace("\xa0", " ").split())


def asked(client, product_id, verb="approve_price"):
    caught_up()
    return read(client.get(f"/admin/catalog/product/{product_id}/give/{verb}/"))


class TestOfAPrice:
    def test_is_shown_by_how_many_per_cent_and_how_long_the_price_has_stood(self, staff, olives):
        say(catalogue.repricing(UUID(olives.pk), "20.00", "bad year"), at=NOW + 3 * DAY)
        page = asked(staff, olives.pk)
        assert "BBD 8.50 → BBD 20.00 +135.3 %, BBD 8.50 has stood for 3 days" in page

    def test_is_shown_what_small_steps_come_to_within_a_week(self, staff, olives):
        for days, price in ((10, "9.00"), (12, "9.60"), (14, "10.30")):
            say(catalogue.repricing(UUID(olives.pk), price), at=NOW + days * DAY)
        page = asked(staff, olives.pk)
        assert "Price BBD 9.60 → BBD 10.30 +7.3 %, BBD 9.60 has stood for 2 days" in page
        assert "Within 7 days BBD 8.50 → BBD 10.30 +21.2 %" in page

    def test_is_listed_with_how_far_it_moves(self, staff, olives):
        say(catalogue.repricing(UUID(olives.pk), "20.00"))
        caught_up()
        assert "BBD 20.00 (+135.3 %)" in read(staff.get("/admin/staff/approval/"))


class TestOfALabel:
    @pytest.fixture
    def page(self, staff, olives):
        label = ABOUT_OLIVES | {"allergens": Allergens(contains=(Allergen.FISH,), may_contain=(Allergen.NUTS,))}
        say(DescribeProduct(product_id=UUID(olives.pk), **label))
        return asked(staff, olives.pk, "approve_label")

    def test_is_shown_what_would_be_stated_beside_what_is(self, page):
        assert "Allergens: contains none → fish" in page

    def test_what_stays_is_folded_away(self, page):
        changes, _, rest = page.partition("parts stay as they are")
        assert "Allergens: may contain nuts" in rest
        assert "nuts" not in changes


class TestOfAProduct:
    @pytest.fixture
    def draft(self, shop):
        product_id = catalogue.product(categories=(catalogue.category("Mezze"),))
        say(SubmitProduct(product_id=product_id), by=MARIA)
        return product_id

    def test_is_shown_all_that_would_be_on_sale(self, staff, draft):
        page = asked(staff, draft, "approve_product")
        for said in ("SKU OLI-1", "Price BBD 8.50", "Categories Mezze", "Name Kalamata olives", "In brine"):
            assert said in page, said
        assert "Allergens: contains none" in page
        assert "→" not in page.partition("what changes")[2]

    def test_once_declined_is_shown_what_has_changed_since_and_the_rest_is_folded_away(self, staff, draft):
        say(DeclineProduct(product_id=draft, reason="say more"), by=JOAN)
        say(DescribeProduct(product_id=draft, **ABOUT_OLIVES | {"description": "In brine, of one village"}))
        say(SubmitProduct(product_id=draft), by=MARIA)
        changed, _, same = asked(staff, draft, "approve_product").partition("parts stay as they are")
        assert "Description In brine → In brine, of one village" in changed
        assert "Name Kalamata olives" in same


class TestOfALot:
    @pytest.fixture
    def lot(self, olives):
        return Lot.objects.get()

    def of(self, client, lot, page):
        caught_up()
        return read(client.get(f"/admin/catalog/lot/{quote(lot.pk)}/{page}"))

    def ids(self, lot):
        return {"product_id": UUID(lot.product_id), "lot_id": UUID(lot.lot_id)}

    def adjust(self, lot, change, at=NOW):
        say(AdjustLot(**self.ids(lot), change=change, reason="counted anew", reference="COUNT-1"), at=at)

    def test_an_adjustment_is_shown_with_what_is_left_its_worth_and_what_went_before(self, staff, lot):
        self.adjust(lot, 40)
        self.adjust(lot, 30, at=NOW + DAY)
        page = self.of(staff, lot, "give/approve_adjustment/")
        assert "Left of the lot 50 units → 80 units +30, +60.0 %" in page
        assert "Worth BBD 255.00" in page
        assert "Corrected before 40 units, BBD 340.00 by the same person alone, within 7 days" in page

    def test_an_adjustment_that_waits_is_on_the_lot_s_page(self, staff, lot):
        self.adjust(lot, 100)
        page = self.of(staff, lot, "change/")
        assert "Waits for a second person Adjustment 10 units → 110 units counted anew (COUNT-1)" in page

    def test_why_a_lot_is_held_is_on_its_page(self, staff, lot):
        say(HoldLot(**self.ids(lot), reason="the seals leak"))
        assert "Held: the seals leak. In quarantine: on sale once two people" in self.of(staff, lot, "change/")

    def test_a_release_is_shown_with_what_it_would_put_on_sale(self, staff, lot):
        say(HoldLot(**self.ids(lot), reason="the seals leak"))
        say(ReleaseLot(**self.ids(lot)), by=QUALITY)
        caught_up()
        page = read(staff.get(f"/admin/staff/approval/{quote(f'release:{lot.pk}')}/give/release_lot/"))
        for said in ("in quarantine → on sale", "Left of it 10 units", "2 Mar 2027", "Was held for the seals leak"):
            assert said in page, said
        assert "one person has released it, and a second one is needed" in self.of(staff, lot, "change/")
