"""The front page and the sidebar."""

import pytest

from catalog.commands.products import SubmitProduct
from efi.models import User
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.given import say

pytestmark = pytest.mark.django_db


def tiles(client):
    return {tile.title: tile for tile in client.get("/admin/").context["tiles"]}


class TestToday:
    def test_shows_what_waits_and_leads_to_it(self, staff, olives):
        figs = catalogue.product("FIG-1", categories=(catalogue.category("Figs"),))
        say(SubmitProduct(product_id=figs))
        caught_up()
        waiting = tiles(staff)["wait for a second person"]
        assert waiting.count == 1
        assert [name for name, _, _ in waiting.rows] == ["product: FIG-1 Kalamata olives"]
        assert staff.get(waiting.address).context["cl"].result_count == 1

    def test_shows_which_changes_of_rights_wait(self, visitor):
        asking = visitor("superuser")
        own = User.objects.get(email="superuser@efi.example")
        asking.post(f"/admin/efi/user/{own.pk}/change/", {"email": own.email, "name": "Own", "is_active": "on"})
        waiting = tiles(visitor("approver"))["changes of rights wait"]
        assert (waiting.count, waiting.rows[0][0]) == (1, "rights of superuser@efi.example")
        assert asking.get(waiting.address).context["cl"].result_count == 1

    def test_shows_what_ran_out(self, staff, shop):
        catalogue.listed("OLI-1")
        caught_up()
        assert tiles(staff)["products on sale ran out"].count == 1

    def test_says_up_to_when_everything_is_shown(self, staff, olives):
        assert "Everything recorded up to" in staff.get("/admin/").content.decode()

    def test_shows_nothing_to_those_who_may_not_read_records(self, visitor, olives):
        answer = visitor("newcomer").get("/admin/")
        assert (answer.status_code, answer.context["tiles"]) == (200, [])
        assert "OLI-1" not in answer.content.decode()


class TestSidebar:
    def test_is_grouped_by_what_staff_do(self, staff, shop):
        groups = staff.get("/admin/").context["sidebar_navigation"]
        assert [group["title"] for group in groups if "title" in group][:2] == ["Catalogue", "Stock"]
        assert groups[-1]["title"] == "Access"

    def test_leads_only_where_one_may_go(self, visitor, shop):
        reporter = visitor("reporter")
        links = [
            item["link"] for group in reporter.get("/admin/").context["sidebar_navigation"] for item in group["items"]
        ]
        assert {reporter.get(link).status_code for link in links} == {200}
        assert "/admin/efi/user/" not in links
