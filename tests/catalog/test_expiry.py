"""What the schedule does about time: what is due of a stock is recorded, and once."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from catalog import expiry
from catalog.events import ExpiryNoticed
from efi.reading import generations
from tests.catalog.catalogue import listed, stocked, supplier
from tests.catalog.larder import NEXT_YEAR
from tests.efi import audit
from tests.efi.crowd import at_once

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


def notices_of(product_id):
    facts = audit.facts_of(f"stock:{product_id}")
    return [(fact.lot_id, fact.days) for fact in facts if isinstance(fact, ExpiryNoticed)]
