"""Days and moments are shown to staff in one form, and by the clock of Barbados."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from catalog.commands.lots import HoldLot
from catalog.commands.stock import ReserveStock, stocks
from catalog.models import Lot, Movement
from catalog.values import LotState
from efi.domain.values import BARBADOS
from efi.models import User
from efi.staff import moments
from efi.staff.commands.fields import Asking, members_of
from tests.admin.pages import form_in, sent
from tests.api.shop import caught_up
from tests.catalog.larder import NEXT_YEAR
from tests.given import say

pytestmark = pytest.mark.django_db
AFTER_MIDNIGHT_IN_LONDON = datetime(2026, 6, 10, 2, 30, tzinfo=UTC)
THERE = "9 Jun 2026 22:30"


@pytest.fixture
def held(olives):
    """A lot that was held when it was another day in Barbados than in UTC."""
    lot = Lot.objects.get(product=olives)
    held = HoldLot(product_id=UUID(olives.pk), lot_id=UUID(lot.lot_id), reason="a jar was swollen")
    say(held, at=AFTER_MIDNIGHT_IN_LONDON)
    caught_up()
    return Lot.objects.get(product=olives)


def text(client, address):
    return client.get(address).content.decode()


def test_a_day_stays_the_day_that_it_is():
    assert moments.day(NEXT_YEAR) == f"{NEXT_YEAR:%-d %b %Y}"


def test_a_moment_is_shown_by_the_clock_of_barbados_wherever_it_stands(staff, held):
    movement = Movement.objects.get(lot=held.pk, type="hold")
    pages = ("movement/", f"movement/{movement.pk}/change/", f"lot/{held.pk}/history/", f"lot/{held.pk}/as-of/4/")
    assert held.state == LotState.QUARANTINE
    assert [page for page in pages if THERE not in text(staff, f"/admin/catalog/{page}")] == []


@pytest.mark.parametrize("page", ["", "catalog/movement/", "catalog/lot/give/receive_lot/", "operations/monitor"])
def test_each_page_says_whose_clock_that_is(staff, olives, page):
    assert "Times are by the clock of Barbados" in text(staff, f"/admin/{page}")


def test_a_day_of_the_log_has_the_same_form_in_a_history(staff, held):
    assert f"{NEXT_YEAR:%-d %b %Y}" in text(staff, f"/admin/catalog/lot/{held.pk}/history/")


def test_a_moment_that_is_typed_is_one_by_the_clock_of_barbados(staff, olives):
    in_an_hour = (datetime.now(BARBADOS) + timedelta(hours=1)).replace(second=0, microsecond=0)
    page = f"/admin/catalog/product/{olives.pk}/give/reserve_stock/"
    form = form_in(staff.get(page))
    assert form["expires_at"].help_text == "in Barbados"
    staff.post(page, sent(form, quantity=1, expires_at=f"{in_an_hour:%Y-%m-%dT%H:%M}"))
    [reserved] = stocks.load(UUID(olives.pk)).promises.held.values()
    assert reserved.expires_at == in_an_hour


def test_what_a_form_begins_with_is_by_that_clock_too():
    [until] = [one for one in members_of(ReserveStock, Asking()) if one.name == "expires_at"]
    assert until.initial("2026-06-10T02:30:00Z") == {"expires_at": "2026-06-09T22:30"}


def test_the_pages_of_accounts_have_the_same_form(staff):
    User.objects.update(last_login=AFTER_MIDNIGHT_IN_LONDON)
    assert THERE in text(staff, "/admin/efi/user/")
