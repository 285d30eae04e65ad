"""What expires: its list, its tile and its shortcut show the same lots, and none that is over or sold out."""

from datetime import UTC, datetime, time, timedelta
from itertools import combinations, product

import pytest

from catalog.admin.stock import LotAdmin
from catalog.commands.lots import HoldLot, WriteOff
from catalog.commands.stock import AllocateStock, ExpireStock
from catalog.models import Lot
from catalog.values import Loss
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.larder import NEXT_YEAR
from tests.given import say

pytestmark = pytest.mark.django_db
A_WEEK_BEFORE = datetime.combine(NEXT_YEAR, time(12), UTC) - timedelta(days=7)
[_, EXPIRING] = LotAdmin.shortcuts


@pytest.fixture
def lots(shop):
    """One of each that has been brought to notice: on sale, held, sold out, lost, and over; and one without a notice."""
    supplier_id = catalogue.supplier()
    for batch in ("ON-SALE", "HELD", "SOLD-OUT", "LOST", "OVER"):
        noticed(batch, catalogue.listed(batch), supplier_id)
    catalogue.stocked(catalogue.listed("FRESH"), supplier_id, 10, batch="FRESH")
    caught_up()


def noticed(batch, product_id, supplier_id):
    lot_id = catalogue.stocked(product_id, supplier_id, 10, batch=batch)
    say(ExpireStock(product_id=product_id), at=A_WEEK_BEFORE)
    after = {
        "HELD": HoldLot(product_id=product_id, lot_id=lot_id, reason="a jar was swollen"),
        "SOLD-OUT": AllocateStock(product_id=product_id, reference="EFI-1", quantity=10),
        "LOST": WriteOff(product_id=product_id, lot_id=lot_id, quantity=10, loss=Loss.DAMAGE, reason="a pallet fell"),
        "OVER": ExpireStock(product_id=product_id),
    }
    if batch in after:
        say(after[batch], at=A_WEEK_BEFORE + timedelta(days=20 if batch == "OVER" else 0))


def test_what_expires_soon_is_what_is_left_and_may_still_be_sold(staff, lots):
    answer = staff.get(f"/admin/catalog/lot/?{EXPIRING.query}")
    assert sorted(map(str, answer.context["cl"].result_list)) == ["HELD", "ON-SALE"]


def test_the_number_of_a_tile_is_the_number_of_its_list(staff, lots):
    for tile in staff.get("/admin/").context["tiles"]:
        listed = staff.get(tile.address).context["cl"]
        assert (tile.title, listed.result_count) == (tile.title, tile.count)
    [expiring] = [tile for tile in staff.get("/admin/").context["tiles"] if "expire" in tile.title]
    assert expiring.count == 2


def test_any_two_filters_of_a_list_narrow_it_together(staff, lots):
    states, notices = (list(LotAdmin.listing.closed[name]) for name in ("state", "notice"))
    for some, others in product(combinations(states, 2), combinations(notices, 2)):
        query = "&".join([*(f"state__exact={one}" for one in some), *(f"notice__exact={one}" for one in others)])
        found = staff.get(f"/admin/catalog/lot/?{query}").context["cl"].result_list
        wanted = Lot.objects.filter(state__in=some, notice__in=others)
        assert sorted(map(str, found)) == sorted(map(str, wanted)), query
