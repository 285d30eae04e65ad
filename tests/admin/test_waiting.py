"""What waits for a second person, on one page for all contexts: each is shown to those who may read its records."""

from uuid import UUID

import pytest
from django.test import Client

from catalog.commands.products import ChangePrice
from efi.http.permissions import read_records_of
from efi.models import User
from efi.staff.models import Approval
from tests.admin.pages import form_in, sent
from tests.api.shop import caught_up
from tests.given import bbd, say
from tests.permissions import permissions
from tests.tavern import bar

pytestmark = pytest.mark.django_db
LIST = "/admin/staff/approval/"


@pytest.fixture
def stout(olives):
    """A price of olives waits, and so does the pouring of a keg."""
    say(ChangePrice(product_id=UUID(olives.pk), price=bbd("20.00"), reason="bad year"))
    keg_id = bar.keg()
    bar.proposed(keg_id, "pouring")
    caught_up()
    return str(keg_id)


@pytest.fixture
def reader(shop):
    """Signs somebody in who may read the records of these contexts, and has these permissions besides."""

    def sign_in(*contexts, may=()):
        account = User.objects.create_user("nadia@efi.example", "olives", is_staff=True)
        account.user_permissions.add(*permissions((*map(read_records_of, contexts), *may)))
        client = Client()
        client.force_login(account)
        return client

    return sign_in


def listed(client, query=""):
    return {row["record"].kind for row in client.get(f"{LIST}?{query}").context["rows"]}


@pytest.mark.parametrize(
    ("contexts", "kinds"),
    [
        (("catalog", "tavern"), {"price", "pouring"}),
        (("catalog",), {"price"}),
        (("tavern",), {"pouring"}),
    ],
)
def test_what_waits_is_listed_to_those_who_may_read_its_context(reader, stout, contexts, kinds):
    client = reader(*contexts)
    assert listed(client) == kinds
    [tile] = [tile for tile in client.get("/admin/").context["tiles"] if "second person" in tile.title]
    assert tile.count == len(kinds)


def test_who_may_read_no_context_s_records_sees_no_list(reader, stout):
    client = reader()
    assert client.get(LIST).status_code == 403
    assert client.get("/admin/").context["tiles"] == []


@pytest.mark.parametrize("query", ["kind__exact=pouring", "context__exact=tavern", "q=stout"])
def test_no_filter_or_search_leads_to_another_context_s(reader, stout, query):
    assert listed(reader("catalog"), query) == set()


def test_another_context_s_page_is_not_found(reader, stout):
    page = f"{LIST}pouring:{stout}/change/"
    assert reader("catalog").get(page, follow=True).redirect_chain[0][0] == "/admin/"


def test_says_all_that_a_second_person_must_know_and_leads_to_what_it_is_about(staff, stout):
    page = staff.get(f"{LIST}pouring:{stout}/change/").content.decode()
    for told in ("88 pints", "nothing", "it is sour", f"/admin/tavern/keg/{stout}/change/"):
        assert told in page
    assert "pouring proposed" in staff.get(f"{LIST}pouring:{stout}/history/").content.decode().lower()


def test_a_second_person_says_yes_there(reader, stout):
    client = reader("tavern", may=("tavern.approve_pouring",))
    page = f"{LIST}pouring:{stout}/give/approve_pouring/"
    asked = client.get(page)
    assert "it is sour" in asked.content.decode()
    client.post(page, sent(form_in(asked)))
    caught_up()
    assert not Approval.objects.filter(kind="pouring").exists()
