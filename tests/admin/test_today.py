"""The front page, the sidebar and the tree of categories."""

from uuid import UUID

import pytest

from catalog.commands.products import SubmitProduct
from catalog.models import Category
from efi.models import User
from tests.admin.conftest import caught_up
from tests.admin.pages import form_in, links_of, sent
from tests.catalog import catalogue
from tests.given import say

pytestmark = pytest.mark.django_db
TREE = "/admin/catalog/category/tree/"


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


class TestTree:
    def test_shows_each_below_the_one_it_is_in(self, staff, olives):
        [mezze] = staff.get(TREE).context["branches"]
        assert (mezze.category.name, [one.category.name for one in mezze.below]) == ("Mezze", ["Olives"])

    def test_moves_one_and_comes_back(self, staff, olives):
        olive = Category.objects.get(name="Olives")
        page = f"/admin/catalog/category/{olive.pk}/give/move_category/"
        said = sent(form_in(staff.get(page)), parent_id="", then=TREE)
        assert staff.post(page, said)["Location"] == TREE
        assert len(staff.get(TREE).context["branches"]) == 2

    def test_takes_the_order_that_its_buttons_send(self, staff, olives):
        mezze = Category.objects.get(name="Mezze")
        first, second = (catalogue.category(name, below=UUID(mezze.pk)) for name in ("Cheese", "Fish"))
        caught_up()
        [branch] = staff.get(TREE).context["branches"]
        cheese = next(one for one in branch.below if one.category.pk == str(first))
        places = {f"category_ids__{key}": at for at, key in enumerate(cheese.down, 1)}
        sent = {"idempotency_key": "1", "drawn": str(second), "then": TREE, **places}
        assert staff.post(cheese.arrange, sent)["Location"] == TREE
        caught_up()
        [branch] = staff.get(TREE).context["branches"]
        assert [one.category.name for one in branch.below] == ["Olives", "Fish", "Cheese"]

    def test_offers_nothing_to_those_who_only_read(self, visitor, olives):
        assert not [one for one in links_of(visitor("reporter").get(TREE)) if "give" in one]
        assert visitor("newcomer").get(TREE).status_code == 403
