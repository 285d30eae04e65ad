"""Every address and every command of customers, for everybody: `who_may_what.txt` states each cell."""

import pytest

from customers.apps import Customers
from efi.http.permissions import ensure_groups
from efi.models import User
from tests.api.shop import emptied
from tests.customers import matrix
from tests.customers.matrix import Row, asked, rows, stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(django_db_setup):
    emptied()
    ensure_groups()
    matrix.staff()
    yield
    User.objects.all().delete()


def test_every_address_and_command_has_its_row():
    assert [row.name for row in rows()] == list(stated())


def test_each_page_is_shown_to_whom_the_table_says(staff):
    shown = [row for row in rows() if row.changes_nothing]
    assert asked(*shown) == {row.name: stated()[row.name] for row in shown}


@pytest.mark.parametrize("row", [row for row in rows() if not row.changes_nothing], ids=lambda row: row.name)
def test_each_deed_is_answered_as_the_table_says(staff, row):
    assert asked(row) == {row.name: stated()[row.name]}


def test_an_address_without_a_row_is_noticed(settings):
    settings.ROOT_URLCONF = "tests.customers.one_more_address"
    with pytest.raises(AssertionError, match="backdoor"):
        test_every_address_and_command_has_its_row()


def test_the_context_s_addresses_are_among_them():
    assert Row("GET", "api/v1/me") in rows()
    assert Customers.addresses
