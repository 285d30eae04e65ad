"""The page of what is in quarantine: who may see it, what it shows, and its buttons."""

import pytest
from django.test import Client

from efi.http.permissions import OPERATE
from efi.operations import standing_aside
from efi.reading import failures
from efi.reading.generations import live
from tests.admin.conftest import caught_up, holder, shop, staff, visitor
from tests.catalog import catalogue

__all__ = ["holder", "shop", "staff", "visitor"]
pytestmark = pytest.mark.django_db
ADDRESS = "/admin/operations/quarantine/"


@pytest.fixture
def asides(shop):
    """Three products that the catalogue stumbles on no more, each noted as standing aside."""
    streams = [f"product:{catalogue.product(sku)}" for sku in ("OLI-1", "FETA", "BRIE")]
    caught_up()
    for stream in streams:
        for _ in range(failures.TRIES):
            failures.note(live("product_catalog"), stream, 1, ValueError(f"spilt <{stream}>"))
    return [note["_id"] for note in standing_aside.notes()]


def left():
    return [note["_id"] for note in standing_aside.notes()]


def test_it_is_for_operators_alone(shop, visitor, holder):
    assert visitor("buyer").get(ADDRESS).status_code == 403
    assert holder(OPERATE).get(ADDRESS).status_code == 200
    assert Client().get(ADDRESS).status_code == 302


def test_nobody_else_may_retry(asides, visitor):
    assert visitor("buyer").post(ADDRESS, {"all": ""}).status_code == 403
    assert left() == asides


def test_a_retry_is_asked_for_from_the_page_itself(asides, staff):
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = staff.cookies
    assert forger.post(ADDRESS, {"all": ""}).status_code == 403
    assert left() == asides


def test_it_shows_each_stream_with_its_event_and_its_error(asides, staff):
    page = staff.get(ADDRESS).content.decode()
    assert page.count('class="efi-entry"') == 3
    for note in standing_aside.notes():
        assert f"product_catalog: {note['stream']}" in page
        assert f"spilt &lt;{note['stream']}&gt;" in page
    assert "catalog.ProductCreated" in page
    assert "&quot;sku&quot;: &quot;OLI-1&quot;" in page
    assert "Traceback" in page
    assert "tried 3 times" in page


def test_it_says_so_where_there_is_nothing(staff):
    assert "Nothing is in quarantine." in staff.get(ADDRESS).content.decode()


def test_one_is_retried_by_its_own_button(asides, staff):
    answer = staff.post(ADDRESS, {"one": asides[0], "chosen": asides[1]}, follow=True)
    assert "1 right again" in answer.content.decode()
    assert left() == asides[1:]


def test_those_that_are_ticked_are_retried(asides, staff):
    staff.post(ADDRESS, {"selected": "", "chosen": asides[:2]})
    assert left() == asides[2:]


def test_all_are_retried(asides, staff):
    assert "3 right again" in staff.post(ADDRESS, {"all": ""}, follow=True).content.decode()
    assert left() == []


def test_what_fails_again_is_said_and_stays(asides, staff, monkeypatch):
    monkeypatch.setattr(failures, "_has_passed", lambda generation, note: False)
    assert "1 failed again" in staff.post(ADDRESS, {"one": asides[0]}, follow=True).content.decode()
    assert left() == asides


def test_nothing_is_retried_where_nothing_is_chosen(asides, staff):
    answer = staff.post(ADDRESS, {"selected": "", "chosen": "product_catalog product:none"}, follow=True)
    assert "nothing was chosen" in answer.content.decode()
    assert left() == asides
