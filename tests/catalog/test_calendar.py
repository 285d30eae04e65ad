"""The ends of the calendar: every day and moment that comes in has bounds, and no fold fails on what the log holds."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import get_args, get_type_hints

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from catalog import expiry
from catalog.commands.lots import ReceiveLot
from catalog.commands.stock import ReserveStock
from catalog.domain.product import Product
from catalog.domain.stock import Stock
from efi.domain.errors import Malformed
from efi.reading.projections import READ_MODELS
from efi.writing.commands import HANDLERS, checked, read
from tests.catalog.folding import folded
from tests.catalog.happenings import adjusted, written_off
from tests.catalog.larder import (
    ANNAS_CART,
    OLIVES,
    SPRING_LOT,
    TRATTORIA,
    olives_created,
    olives_repriced,
    on_sale,
    reserved,
)
from tests.given import NOW

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ENDS = st.sampled_from([datetime.combine(date.min, time.min), datetime.combine(date.max, time.max)])
MOMENTS = st.builds(lambda at, offset: at.replace(tzinfo=offset), ENDS | st.datetimes(), OFFSETS)
DAYS = st.sampled_from([date.min, date.max, date(9999, 12, 30)]) | st.dates()
OF_STOCK = [model for model in READ_MODELS.values() if "stock" in model.kinds]


@given(best_before=DAYS, until=MOMENTS)
def test_no_read_model_fails_on_any_day_or_moment_that_the_log_may_hold(best_before, until):
    of_the_stock = [*on_sale(12, best_before=best_before), reserved(5, until=until)]
    for model in OF_STOCK:
        facts = [olives_created(), *of_the_stock] if "product" in model.kinds else of_the_stock
        bson.encode(folded(model.name, *facts, _id=str(OLIVES)))


@given(first=MOMENTS, second=MOMENTS)
def test_no_aggregate_fails_on_any_moment_at_which_something_may_have_happened(first, second):
    stock, olives = Stock(id=OLIVES).replay(on_sale(12), first), Product(id=OLIVES).replay([olives_created()], first)
    for moment in (first, second):
        stock.replay([adjusted(-1, 9), written_off(1, 8)], moment)
        olives.replay([olives_repriced("8.50", "9.00")], moment)


def test_a_lot_without_an_end_is_due_like_any_other():
    assert folded(expiry.NAME, *on_sale(12, best_before=date.max))["due"] > datetime(9998, 11, 1, tzinfo=UTC)


@given(best_before=DAYS)
def test_a_best_before_is_taken_up_to_fifty_years_ahead(best_before):
    ahead = (best_before.year - 50, best_before.month, best_before.day) > (NOW.year, NOW.month, NOW.day)
    known = best_before.year >= 1970
    assert taken(received(best_before)) is (known and not ahead)


@given(until=MOMENTS)
def test_a_reservation_ends_within_ten_years_wherever_it_is_said(until):
    near = datetime(1970, 1, 1, tzinfo=UTC) <= until < datetime(2036, 3, 3, 4, tzinfo=UTC)
    assert taken(ReserveStock(product_id=OLIVES, reservation_id=ANNAS_CART, quantity=1, expires_at=until)) is near


def test_who_names_a_day_out_of_bounds_is_told_which_and_why():
    with pytest.raises(Malformed, match="more than 50 years ahead") as refused:
        checked(received(date(2076, 3, 3)), NOW)
    assert [fault["pointer"] for fault in refused.value.faults] == ["/best_before"]


def test_a_body_with_a_day_out_of_bounds_is_malformed():
    body = {"product_id": str(OLIVES), "lot_id": str(SPRING_LOT), "supplier_id": str(TRATTORIA), "batch_number": "B-1"}
    with pytest.raises(Malformed, match="1970-01-01 to 2199-12-31"):
        read(ReceiveLot, json.dumps(body | {"best_before": "9999-12-31", "quantity": 10}).encode())


@pytest.mark.parametrize("end", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_every_day_and_moment_of_a_command_has_bounds(kind, end):
    for hint in get_type_hints(kind, include_extras=True).values():
        if {date, datetime} & {hint, *get_args(hint)}:
            with pytest.raises(ValidationError):
                TypeAdapter(hint).validate_json(json.dumps(end), strict=True)


def received(best_before):
    about = {"product_id": OLIVES, "lot_id": SPRING_LOT, "supplier_id": TRATTORIA, "batch_number": "B-1"}
    return ReceiveLot(**about, best_before=best_before, quantity=10)


def taken(command) -> bool:
    try:
        return bool(checked(command, NOW))
    except Malformed:
        return False
