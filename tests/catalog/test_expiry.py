"""What the schedule does about time: every stock that is due is seen to, whatever became of the others."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from catalog import expiry
from catalog.commands.stock import ExpireStock
from catalog.events import ExpiryNoticed
from efi.domain.errors import Conflict
from efi.reading import generations
from tests.catalog.larder import NEXT_YEAR
from tests.efi import audit
from tests.efi.catalogue import listed, stocked, supplier

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("store")


def test_a_stock_that_is_refused_keeps_no_other_waiting(monkeypatch, caplog):
    seen = []

    def refuse_the_first(command: ExpireStock, **_: object) -> None:
        seen.append(command.product_id)
        if len(seen) == 1:
            raise Conflict("somebody else was faster")

    generations.build_missing()
    due = [{"_id": str(UUID(int=number)), "due": NOON - timedelta(minutes=1)} for number in (1, 2)]
    generations.live(expiry.NAME).documents.insert_many(due)
    monkeypatch.setattr(expiry, "dispatch", refuse_the_first)
    expiry.expire(NOON)
    assert sorted(seen) == [UUID(int=1), UUID(int=2)]
    assert "is not seen to: somebody else was faster" in caplog.text


def test_a_stock_that_is_due_is_brought_to_notice_and_not_asked_about_again():
    product_id = listed("OLI-1")
    lot_id = stocked(product_id, supplier())
    generations.build_missing()
    a_week_before = datetime.combine(NEXT_YEAR, time(12), UTC) - timedelta(days=7)
    for _ in range(2):
        generations.sweep(generations.live(expiry.NAME))
        expiry.expire(a_week_before)
    notices = [fact for fact in audit.facts_of(f"stock:{product_id}") if isinstance(fact, ExpiryNoticed)]
    assert [(fact.lot_id, fact.days) for fact in notices] == [(lot_id, 7)]
    generations.sweep(generations.live(expiry.NAME))
    assert generations.live(expiry.NAME).documents.count_documents({"due": {"$lte": a_week_before}}) == 0
