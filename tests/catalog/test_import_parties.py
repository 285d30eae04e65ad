"""Files of suppliers and of categories: what is new is made, what is there is changed as far as the file says."""

from uuid import UUID

import pytest

from catalog.commands.categories import CreateCategory, DescribeCategory, tree
from catalog.commands.suppliers import RegisterSupplier, suppliers
from catalog.imports.categories import CATEGORIES
from catalog.imports.lookups import category_ids, holder
from catalog.imports.suppliers import SUPPLIERS
from catalog.values import supplier_claim
from efi.imports import runs, working
from efi.log import event_store
from efi.log.mongo import collection
from efi.models import User
from tests.given import say

pytestmark = pytest.mark.django_db
PARTIES = "code,name,contact_name,country"
TREE = "slug,name,parent,description"


@pytest.fixture
def buyer(store):
    return User.objects.create_superuser("buyer@efi.example", "olives")


@pytest.fixture
def trattoria(buyer):
    say(RegisterSupplier(code="TRA", name="Trattoria", contact="Ada", country="IT"))


@pytest.fixture
def drinks(buyer):
    drinks = say(CreateCategory(name="Drinks")).id
    say(DescribeCategory(category_id=drinks, description="Hot and cold"))
    say(CreateCategory(name="Teas", parent_id=drinks))


def checked(kind, account, *lines):
    run = runs.begin(kind, f"{kind.name}.csv", ["\n".join([*lines, ""]).encode()], account)
    working.work(event_store.now())
    return runs.existing(run)


def imported(kind, account, *lines):
    run = UUID(checked(kind, account, *lines)["_id"])
    runs.have_run(run, account)
    working.work(event_store.now())
    return runs.existing(run)


def told(run):
    return [f"{note['line']}: {note['reason']}" for note in runs.notes_of(run)]


def changes(run):
    return [(one["name"], *field.values()) for one in runs.changes_of(run) for field in one["fields"]]


def recorded():
    return [fact["type"] for raw in collection("commits").find().sort("_id", 1) for fact in raw["events"]]


def supplier(code):
    found = suppliers.load(holder(supplier_claim(code)))
    return found.name, found.contact, found.country


def category(slug):
    nodes = tree.load().nodes
    node = nodes[category_ids()[slug]]
    return node.name, nodes[node.parent_id].slug if node.parent_id else "", node.description


class TestSuppliers:
    def test_one_that_is_new_is_registered(self, trattoria, buyer):
        run = imported(SUPPLIERS, buyer, PARTIES, "LEV,Levant,,LB", "tra,,,")
        assert (run["results"], told(run)) == ({"new": 1, "same": 1, "waiting": 0}, [])
        assert supplier("LEV") == ("Levant", "", "LB")

    def test_one_that_is_there_is_amended_as_far_as_the_row_says(self, trattoria, buyer):
        rows = PARTIES, "TRA,Trattoria Due,,"
        assert changes(checked(SUPPLIERS, buyer, *rows)) == [("TRA", "name", "Trattoria", "Trattoria Due")]
        assert imported(SUPPLIERS, buyer, *rows)["results"] == {"changed": 1, "waiting": 0}
        assert supplier("TRA") == ("Trattoria Due", "Ada", "IT")

    def test_none_clears_what_need_not_be_there(self, trattoria, buyer):
        imported(SUPPLIERS, buyer, PARTIES, "TRA,,NONE,")
        assert supplier("TRA") == ("Trattoria", "", "IT")
        assert told(checked(SUPPLIERS, buyer, PARTIES, "TRA,NONE,,")) == ["2: name is empty"]

    def test_one_that_is_new_needs_a_name_and_a_country(self, buyer):
        assert told(checked(SUPPLIERS, buyer, PARTIES, "LEV,,Ada,")) == ["2: name is empty; country is empty"]


class TestCategories:
    def test_those_that_are_new_are_created_each_after_its_parent(self, drinks, buyer):
        rows = TREE, "food,Food,,All of it", "cheese,Cheese,food,", "coffee,Coffee,drinks,"
        run = checked(CATEGORIES, buyer, *rows)
        assert (run["expected"], told(run)) == ({"new": 3, "waiting": 0}, [])
        imported(CATEGORIES, buyer, *rows)
        assert [category(slug) for slug in ("food", "cheese", "coffee")] == [
            ("Food", "", "All of it"),
            ("Cheese", "food", ""),
            ("Coffee", "drinks", ""),
        ]

    def test_one_that_is_there_is_changed_as_far_as_the_row_says(self, drinks, buyer):
        before = recorded()
        rows = TREE, "teas,Fine teas,NONE,Loose", "drinks,,,"
        assert changes(checked(CATEGORIES, buyer, *rows)) == [
            ("teas", "name", "Teas", "Fine teas"),
            ("teas", "description", "", "Loose"),
            ("teas", "parent", "drinks", ""),
        ]
        assert imported(CATEGORIES, buyer, *rows)["results"] == {"changed": 1, "same": 1, "waiting": 0}
        assert (category("teas"), category("drinks")) == (("Fine teas", "", "Loose"), ("Drinks", "", "Hot and cold"))
        assert len(recorded()) == len(before) + 3

    def test_a_parent_that_is_not_there_is_told(self, drinks, buyer):
        run = checked(CATEGORIES, buyer, TREE, "cheese,Cheese,food,", "food,Food,,")
        assert told(run) == ['2: there is no category "food", nor does it come in a row before']

    def test_what_the_rules_refuse_is_told_beforehand(self, drinks, buyer):
        levels = ["a,A,teas,", "b,B,a,", "c,C,b,", "d,D,c,"]
        run = checked(CATEGORIES, buyer, TREE, *levels)
        assert run["expected"] == {"new": 3, "refused": 1, "waiting": 0}
        assert [note.partition(":")[0] for note in told(run)] == ["5"]
