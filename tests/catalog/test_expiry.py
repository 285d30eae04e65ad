"""What the schedule does about time: every stock that is due is seen to, whatever became of the others."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from catalog import expiry
from catalog.commands.stock import ExpireStock
from efi import generations
from efi.errors import Conflict

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
