"""Who may read the catalogue's records reads no other context's, by whatever way, and the other way round."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from catalog.models import Product
from efi.models import User
from efi.reading.projections import READ_MODELS
from efi.staff import references, tiles
from efi.staff.records import history
from efi.staff.tiles import Tile
from tavern.models import Keg, Tab
from tavern.records import tabs
from tests.admin.pages import form_in, sent
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.given import NOW, say
from tests.tavern import bar

pytestmark = pytest.mark.django_db
OF_THE_TAVERN = [
    "/admin/tavern/tab/",
    "/admin/tavern/tab/?q=ada",
    "/admin/tavern/tab/{tab}/change/",
    "/admin/tavern/tab/{tab}/history/",
    "/admin/tavern/tab/{tab}/as-of/1/",
    "/admin/tavern/tab/{tab}/document/",
    "/admin/export/tab.csv",
    "/admin/export/tab.xlsx",
    "/admin/found/keg/",
]
OF_THE_CATALOGUE = [address.replace("tavern/tab", "catalog/product") for address in OF_THE_TAVERN[:6]] + [
    "/admin/export/product.csv",
    "/admin/found/product/",
]


@pytest.fixture
def there(shop, monkeypatch):
    monkeypatch.setitem(references.REFERRED, "keg_id", Keg)
    made = {"tab": str(bar.tab()), "keg": str(bar.keg()), "product": str(catalogue.product("OLI-1"))}
    caught_up()
    return made


def account(*contexts):
    found, _ = User.objects.get_or_create(email=f"{'-'.join(contexts)}@efi.example", defaults={"is_staff": True})
    found.user_permissions.set(Permission.objects.filter(codename="read_records", content_type__app_label__in=contexts))
    return found


def reader(*contexts):
    client = Client()
    client.force_login(account(*contexts))
    return client


def status(client, address, there):
    where = address.format(tab=there["tab"] if "tavern" in address else there["product"])
    return client.get(where).status_code


@pytest.mark.parametrize("address", OF_THE_TAVERN)
def test_the_tavern_is_closed_to_readers_of_the_catalogue(there, address):
    assert status(reader("catalog"), address, there) == 403
    assert status(reader("tavern"), address, there) == 200


@pytest.mark.parametrize("address", OF_THE_CATALOGUE)
def test_the_catalogue_is_closed_to_readers_of_the_tavern(there, address):
    assert status(reader("tavern"), address, there) == 403
    assert status(reader("catalog"), address, there) == 200


def test_the_sidebar_names_what_one_may_read(there):
    for mine, others in (("catalog", "tavern"), ("tavern", "catalog")):
        page = reader(mine).get("/admin/").content.decode()
        assert f"/admin/{mine}/" in page
        assert f"/admin/{others}/" not in page


def test_a_tile_is_for_readers_of_its_records(there, monkeypatch):
    def told(request):
        return Tile(title="kegs run dry", count=1, address="/admin/tavern/keg/")

    monkeypatch.setattr(tiles, "TILES", [(Keg, told)])
    assert b"kegs run dry" in reader("tavern").get("/admin/").content
    assert b"kegs run dry" not in reader("catalog").get("/admin/").content


def test_a_history_names_the_records_of_others_to_those_who_may_read_them(there):
    def named(*contexts):
        pages, request = SimpleNamespace(names_around=lambda record: {}), SimpleNamespace(user=account(*contexts))
        told = history._names(pages, request, None, [there["keg"], there["product"]])
        return {key for key, name in told.items() if name != key}

    assert named("tavern") == {there["keg"]}
    assert named("catalog") == {there["product"]}
    assert named("catalog", "tavern") == {there["keg"], there["product"]}


def test_documents_made_of_several_contexts_are_for_those_who_may_read_all_of_them(there):
    def may(*contexts):
        return history._may_read(SimpleNamespace(user=account(*contexts)), SimpleNamespace(kinds=("product", "tab")))

    assert not may("catalog")
    assert not may("tavern")
    assert may("catalog", "tavern")


def test_the_page_of_documents_shows_staff_what_is_a_guest_s_own(there):
    page = reader("tavern").get(f"/admin/tavern/tab/{there['tab']}/document/").content.decode()
    assert READ_MODELS[tabs.NAME].owner == "guest_id"
    assert str(bar.ADA) in page
    assert Tab.objects.get(pk=there["tab"]).guest_id == str(bar.ADA)
    assert Product.objects.count() == 1


@pytest.mark.parametrize("few", [0, references.FEW])
def test_a_form_names_the_records_of_others_to_those_who_may_read_them(there, monkeypatch, few):
    monkeypatch.setattr(references, "FEW", few)
    monkeypatch.setattr(references, "REFERRED", {"keg_id": Product, "keg_ids": Product})
    tab = say(bar.opening("Ben", lapses_at=NOW + timedelta(days=36500))).id
    caught_up()
    for command, name in (("order_round", "keg_id"), ("order_flight", "keg_ids")):
        address = f"/admin/tavern/tab/{tab}/give/{command}/"
        both, one = reader("tavern", "catalog"), reader("tavern")
        for email in ("tavern-catalog", "tavern"):
            may = Permission.objects.get(content_type__app_label="tavern", codename=command)
            User.objects.get(email=f"{email}@efi.example").user_permissions.add(may)
        assert offers(both.get(address), name)
        assert not offers(one.get(address), name)
        answer = one.post(address, sent(form_in(one.get(address)), **{name: there["keg"]}, pints=1))
        assert answer.status_code == 302


def offers(answer, name):
    """Whether a form lists what its field may refer to, or says where it is found."""
    page = answer.content.decode()
    return f'<select name="{name}"' in page or "/admin/found/" in page
