"""What the schedule does about time: what is due of a stock is recorded, and once."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from catalog import expiry
from catalog.domain import stock
from catalog.events import ExpiryNoticed, ReservationLapsed
from efi.reading import generations
from tests.catalog.catalogue import listed, reservation, stocked, supplier
from tests.catalog.larder import NEXT_YEAR
from tests.efi import audit
from tests.efi.crowd import at_once
from tests.given import NOW, minutes, say

A_WEEK_BEFORE = datetime.combine(NEXT_YEAR, time(12), UTC) - timedelta(days=7)
pytestmark = pytest.mark.usefixtures("store")


def test_a_stock_that_is_due_is_brought_to_notice_and_not_asked_about_again():
    product_id = listed("OLI-1")
    lot_id = stocked(product_id, supplier())
    generations.build_missing()
    for _ in range(2):
        generations.sweep(generations.live(expiry.NAME))
        expiry.expire(A_WEEK_BEFORE)
    assert notices_of(product_id) == [(lot_id, 7)]
    generations.sweep(generations.live(expiry.NAME))
    assert generations.live(expiry.NAME).documents.count_documents({"due": {"$lte": A_WEEK_BEFORE}}) == 0


def test_a_stock_that_two_processes_see_to_at_once_is_brought_to_notice_once():
    product_id = listed("OLI-1")
    lot_id = stocked(product_id, supplier())
    generations.build_missing()
    at_once([partial(expiry.expire, A_WEEK_BEFORE)] * 2)
    assert notices_of(product_id) == [(lot_id, 7)]


@pytest.mark.parametrize(("products", "carts"), [(1, 7), (7, 1)])
def test_all_reservations_that_have_ended_lapse_at_once_however_many(monkeypatch, products, carts):
    monkeypatch.setattr(stock, "MOST_ENDED", 2)
    generations.build_missing()
    trattoria, known = supplier(), [listed(f"OLI-{one}") for one in range(products)]
    for product_id in known:
        stocked(product_id, trattoria, batch=str(product_id))
        for cart in range(carts):
            say(reservation(product_id, f"cart {cart}", until=NOW + minutes(30 + cart % 2)))
    generations.sweep(generations.live(expiry.NAME))
    expiry.expire(NOW + minutes(31))
    assert [lapses_of(product_id) for product_id in known] == [carts] * products


def lapses_of(product_id):
    return [type(fact) for fact in audit.facts_of(f"stock:{product_id}")].count(ReservationLapsed)


def notices_of(product_id):
    facts = audit.facts_of(f"stock:{product_id}")
    return [(fact.lot_id, fact.days) for fact in facts if isinstance(fact, ExpiryNoticed)]
