"""The tree of categories: what it shows, how it is put in order, and that it opens fast, however large."""

import time
from uuid import UUID

import pytest

from catalog.models import Category
from catalog.records import categories
from efi.reading import generations
from tests.admin import tree_of_8000
from tests.admin.pages import form_in, links_of, sent
from tests.api.shop import caught_up
from tests.catalog import catalogue

pytestmark = pytest.mark.django_db
TREE, PLACE = "/admin/catalog/category/tree/", "/admin/catalog/category/tree/place/"


def named(level):
    """The names of a level's categories, each with those below it where it is open."""
    return {one.category.name: named(one.level) if one.level else {} for one in level.branches}


def shown(client, address=TREE):
    return named(client.get(address).context["level"])


def put(client, one, where, beside, **said):
    """Puts a category above, below or into another, as its buttons and dragging do."""
    names = {"category": one, "beside": beside}
    ids = {name: Category.objects.get(name=called).pk for name, called in names.items()}
    answer = client.post(PLACE, {"idempotency_key": f"{one} {where} {beside}", "where": where, **ids, **said})
    caught_up()
    return answer


class TestAFew:
    def test_are_all_shown_each_below_the_one_it_is_in(self, staff, olives):
        assert shown(staff) == {"Mezze": {"Olives": {}}}

    def test_offer_nothing_to_those_who_only_read(self, visitor, olives):
        assert not [one for one in links_of(visitor("reporter").get(TREE)) if "give" in one or "place" in one]
        assert visitor("newcomer").get(TREE).status_code == 403

    def test_lead_back_to_the_tree_once_one_is_moved(self, staff, olives):
        olive = Category.objects.get(name="Olives")
        page = f"/admin/catalog/category/{olive.pk}/give/move_category/"
        said = sent(form_in(staff.get(page)), parent_id="", then=TREE)
        assert staff.post(page, said)["Location"] == TREE
        assert shown(staff) == {"Mezze": {}, "Olives": {}}


class TestPlaces:
    @pytest.fixture
    def mezze(self, olives):
        mezze = Category.objects.get(name="Mezze")
        for name in ("Cheese", "Fish"):
            catalogue.category(name, below=UUID(mezze.pk))
        caught_up()
        return mezze

    def order(self, client):
        return list(shown(client)["Mezze"])

    @pytest.mark.parametrize(
        ("one", "where", "beside", "order"),
        [
            ("Fish", "above", "Cheese", ["Olives", "Fish", "Cheese"]),
            ("Fish", "above", "Olives", ["Fish", "Olives", "Cheese"]),
            ("Olives", "below", "Fish", ["Cheese", "Fish", "Olives"]),
        ],
    )
    def test_are_taken_among_siblings(self, staff, mezze, one, where, beside, order):
        assert put(staff, one, where, beside, then=f"{TREE}?open=1")["Location"] == f"{TREE}?open=1"
        assert self.order(staff) == order

    def test_are_taken_inside_another(self, staff, mezze):
        put(staff, "Fish", "inside", "Cheese")
        assert shown(staff) == {"Mezze": {"Olives": {}, "Cheese": {"Fish": {}}}}

    def test_are_taken_between_those_of_another_branch(self, staff, mezze):
        catalogue.category("Wine")
        caught_up()
        put(staff, "Wine", "above", "Cheese")
        assert shown(staff) == {"Mezze": {"Olives": {}, "Wine": {}, "Cheese": {}, "Fish": {}}}

    def test_that_are_refused_are_told_on_the_tree(self, staff, mezze):
        put(staff, "Mezze", "inside", "Fish")
        assert "cannot be moved below itself" in staff.get(TREE).content.decode()

    def test_are_those_of_a_step_up_or_down(self, staff, mezze):
        [top] = staff.get(TREE).context["level"].branches
        between = [(one.before and str(Category.objects.get(pk=one.before).name)) for one in top.level.branches]
        assert between == ["", "Olives", "Cheese"]
        assert top.level.branches[-1].after == ""

    def test_are_given_to_those_alone_who_may_arrange(self, visitor, mezze):
        assert put(visitor("reporter"), "Fish", "above", "Cheese").status_code == 403

    def test_lead_to_no_other_site(self, staff, mezze):
        assert put(staff, "Fish", "above", "Cheese", then="https://elsewhere.example/")["Location"] == TREE

    def test_elsewhere_are_none(self, staff, mezze):
        assert put(staff, "Fish", "beside", "Cheese").status_code == 404


@pytest.mark.alone
class TestManyThousand:
    @pytest.fixture
    def tree(self, shop):
        tree_of_8000.grown()
        generations.sweep(generations.live(categories.NAME))

    def pk(self, name):
        return Category.objects.get(name=name).pk

    def timed(self, client, address):
        begun = time.monotonic()
        answer = client.get(address)
        assert time.monotonic() - begun < 2
        return answer

    def test_open_within_two_seconds_branch_by_branch(self, staff, tree):
        top = self.timed(staff, TREE).context["level"]
        assert (len(top.branches), top.branches[0].grows, top.branches[0].level) == (20, True, None)
        below = self.timed(staff, f"{TREE}?below={self.pk('3')}")
        assert list(named(below.context["level"])) == [f"3.{at}" for at in range(20)]
        opened = self.timed(staff, f"{TREE}?open={self.pk('3.7')}").context["level"]
        assert len(named(opened)["3"]["3.7"]) == 20
        assert named(opened)["4"] == {}

    def test_a_level_of_thousands_leads_to_the_list_of_them(self, staff, shop):
        tree_of_8000.grown_flat()
        generations.sweep(generations.live(categories.NAME))
        level = self.timed(staff, TREE).context["level"]
        assert (len(level.branches), level.more) == (200, 7_800)
        assert len(staff.get(level.list).context["rows"]) == 50
