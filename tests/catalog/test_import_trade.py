"""A trader's files brought into the catalogue: whole, once, and however often it is stopped."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from catalog.commands.categories import CreateCategory, DescribeCategory, RemoveCategory
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    CreateProduct,
    SubmitProduct,
    products,
)
from catalog.commands.stock import stocks
from catalog.values import Status
from efi.domain.values import Money
from efi.imports import importer
from efi.log import event_store
from efi.log.mongo import collection
from efi.writing.dispatch import dispatch
from tests.catalog.stopping import Stopped, stopping

DEMO = Path(__file__).parents[2] / "demo" / "northwind"
CATEGORIES = "slug,name,parent,description\nbeverages,Beverages,,\n"
SUPPLIERS = "code,name,contact_name,street,city,region,postal_code,country,phone\n1,Exotic Liquids,,,,,,GB,\n"
PRODUCTS = """\
sku,name,category,supplier,country_of_origin,unit,list_price,currency,stock_on_hand,reorder_point,discontinued
NW-001,Chai,beverages,1,GB,10 boxes x 20 bags,18.00,USD,39,10,false
"""


@pytest.fixture
def chai(tmp_path):
    """A folder with one product; a test may replace a file."""

    def write(*, categories=CATEGORIES, suppliers=SUPPLIERS, products=PRODUCTS):
        for name, text in {"categories": categories, "suppliers": suppliers, "products": products}.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return tmp_path

    return write


@pytest.fixture
def stop_at(monkeypatch):
    return stopping(monkeypatch)


@pytest.fixture
def today_is(monkeypatch):
    def turn(day):
        monkeypatch.setattr(
            event_store, "now", lambda: datetime.combine(day, datetime.min.time(), UTC).replace(hour=12)
        )

    return turn


def run(folder):
    """What it said in the end, and what of single rows."""
    out, err = StringIO(), StringIO()
    call_command("import_trade", str(folder), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().splitlines()


def log():
    """Which facts each stream holds. Ids are derived from what a row is, so that two logs can be compared."""
    raws = collection("commits").find().sort([("stream", 1), ("version", 1)])
    return [(raw["stream"], raw["version"], [fact["type"] for fact in raw["events"]]) for raw in raws]


def facts(kind):
    return [
        fact["data"] for raw in collection("commits").find({"events.type": f"catalog.{kind}"}) for fact in raw["events"]
    ]


def product(sku):
    [created] = [fact for fact in facts("ProductCreated") if fact["sku"] == sku]
    return products.load(UUID(created["product_id"]))


class TestTheDemo:
    def test_all_of_it_arrives(self, store):
        said, notes = run(DEMO)
        assert said.startswith(
            "created: categories 8, suppliers 29, products 77, lots 72, customers 91; already there: categories 0"
        )
        assert not notes
        assert (len(facts("CategoryCreated")), len(facts("SupplierRegistered")), len(facts("ProductApproved"))) == (
            8,
            29,
            77,
        )
        assert (len(facts("LotReleased")), len(facts("ProductDiscontinued"))) == (72, 8)
        assert len(facts("ReorderPointSet")) == 53

    def test_some_of_it_expires_within_a_month(self, store, today_is):
        today_is(date(2027, 3, 1))
        run(DEMO)
        soon = {lot["batch_number"] for lot in facts("LotReceived") if lot["best_before"] <= "2027-03-31"}
        assert soon == {"OPENING-NW-014", "OPENING-NW-072"}

    def test_twice_changes_nothing(self, store):
        run(DEMO)
        before = log()
        said, notes = run(DEMO)
        assert log() == before
        assert not notes
        assert said.endswith("already there: categories 8, suppliers 29, products 77, lots 72, customers 91")

    def test_only_categories_which_share_a_stream_are_given_one_by_one(self, store, monkeypatch):
        alone = []

        def told(command, **options):
            alone.append(type(command))
            return dispatch(command, **options)

        monkeypatch.setattr(importer, "dispatch", told)
        run(DEMO)
        assert set(alone) == {CreateCategory, DescribeCategory}

    @pytest.mark.parametrize("n", [9, 250])
    def test_stopped_half_way_and_run_again_it_is_whole(self, store, stop_at, n):
        stop_at(n)
        with pytest.raises(Stopped):
            run(DEMO)
        assert len(log()) == n - 1 + len(facts("StockClosed"))
        stop_at(None)
        run(DEMO)
        assert len(log()) == 500 + 2 * 91 + len(facts("ReorderPointSet")) + len(facts("StockClosed"))
        assert len(facts("LotReleased")) == 72


class TestOneProduct:
    @pytest.mark.parametrize("n", range(1, 11))
    def test_stopped_before_any_of_its_orders_and_run_again_it_is_whole(self, store, chai, stop_at, n):
        folder = chai(products=PRODUCTS.replace("false", "true"))
        stop_at(n)
        with pytest.raises(Stopped):
            run(folder)
        stop_at(None)
        run(folder)
        recorded = collection("commits").find().sort("_id", 1)
        assert [fact["type"].removeprefix("catalog.") for raw in recorded for fact in raw["events"]] == [
            "CategoryCreated",
            "SupplierRegistered",
            "ProductCreated",
            "ProductSubmitted",
            "ProductApproved",
            "LotReceived",
            "LotApproved",
            "LotReleased",
            "ReorderPointSet",
            "ProductDiscontinued",
            "StockClosed",
        ]

    def test_it_is_on_sale_with_its_stock(self, store, chai):
        run(chai())
        chai_tea = product("NW-001")
        assert (chai_tea.status, chai_tea.price) == (Status.ACTIVE, Money(amount=Decimal(18), currency="USD"))
        assert chai_tea.description.description == "Chai, 10 boxes x 20 bags"
        assert chai_tea.description.allergens is None
        assert stocks.load(chai_tea.id).available(event_store.now()) == 39

    def test_its_lot_is_released_by_quality_and_compliance(self, store, chai):
        run(chai())
        [lot] = facts("LotReceived")
        assert lot["batch_number"] == "OPENING-NW-001"
        assert facts("LotReleased")[0]["approved_by"] == ["import:quality", "import:compliance"]

    def test_without_stock_it_has_no_lot(self, store, chai):
        run(chai(products=PRODUCTS.replace(",39,", ",0,")))
        assert product("NW-001").status is Status.ACTIVE
        assert not facts("LotReceived")

    def test_discontinued_it_was_listed_first(self, store, chai):
        run(chai(products=PRODUCTS.replace("false", "true")))
        assert product("NW-001").status is Status.DISCONTINUED
        assert facts("ProductApproved")[0]["approved_by"] == "import:quality"
        assert [lot.remaining for lot in stocks.load(product("NW-001").id).lots.values()] == [39]

    def test_its_lot_keeps_for_a_year_where_its_shelf_life_is_not_stated_from_the_first_import_on(
        self, store, chai, stop_at, today_is
    ):
        today_is(date(2028, 2, 29))
        stop_at(6)
        with pytest.raises(Stopped):
            run(chai())
        today_is(date(2028, 3, 5))
        stop_at(None)
        run(chai())
        assert facts("LotReceived")[0]["best_before"] == "2029-02-28"

    def test_its_lot_keeps_as_long_as_the_food_does(self, store, chai, today_is):
        today_is(date(2028, 2, 29))
        head, row = PRODUCTS.split(maxsplit=1)[0], PRODUCTS.splitlines()[1]
        run(chai(products=f"{head},storage_zone,shelf_life_days\n{row},ambient,25\n"))
        assert facts("LotReceived")[0]["best_before"] == "2028-03-25"

    def test_a_lot_of_what_keeps_for_ever_has_a_best_before_that_may_be_entered(self, store, chai, today_is):
        today_is(date(2028, 2, 29))
        head, row = PRODUCTS.split(maxsplit=1)[0], PRODUCTS.splitlines()[1]
        assert run(chai(products=f"{head},storage_zone,shelf_life_days\n{row},ambient,36500\n"))[1] == []
        assert facts("LotReceived")[0]["best_before"] == "2078-02-16"

    def test_an_import_of_later_finds_the_lot_as_it_is(self, store, chai, today_is):
        today_is(date(2027, 1, 1))
        run(chai())
        today_is(date(2029, 1, 1))
        assert run(chai())[1] == []


class TestWhatIsThere:
    def test_an_edited_row_is_told_and_what_was_imported_stays(self, store, chai):
        run(chai())
        before = log()
        edited = chai(
            categories=CATEGORIES.replace("Beverages", "Drinks"),
            suppliers=SUPPLIERS.replace("Exotic", "Plain"),
            products=PRODUCTS.replace("18.00", "19.00").replace(",39,", ",40,"),
        )
        changed = "has changed since it was imported; what was imported stays as it was"
        assert run(edited)[1] == [f"{file}.csv:2: {changed}" for file in ("categories", "suppliers", "products")]
        assert log() == before

    def test_an_edited_row_is_completed_all_the_same(self, store, chai, stop_at):
        stop_at(4)
        with pytest.raises(Stopped):
            run(chai())
        stop_at(None)
        run(chai(suppliers=SUPPLIERS.replace("Exotic", "Plain"), products=PRODUCTS.replace("18.00", "19.00")))
        assert product("NW-001").status is Status.ACTIVE
        assert len(facts("LotReleased")) == 1

    def test_what_staff_did_meanwhile_is_told_and_the_rest_goes_on(self, store, chai, stop_at):
        stop_at(4)
        with pytest.raises(Stopped):
            run(chai())
        dispatch(SubmitProduct(product_id=product("NW-001").id), actor="mary")
        dispatch(ApproveProduct(product_id=product("NW-001").id), actor="john")
        stop_at(None)
        assert run(chai())[1] == [
            "products.csv:2: a product that is active cannot be submitted",
            "products.csv:2: a product that is active cannot be approved",
        ]
        assert len(facts("LotReleased")) == 1

    def test_a_category_of_staff_is_used(self, store, chai):
        beverages = dispatch(CreateCategory(name="Drinks", slug="beverages"), actor="mary").id
        assert run(chai())[1] == ["categories.csv:2: category beverages is taken"]
        assert product("NW-001").category_ids == (beverages,)

    def test_a_product_of_staff_is_left_alone(self, store, chai):
        described = {"name": "Tea", "description": "", "unit": "box", "country_of_origin": "LK"}
        dispatch(CreateProduct(**described, sku="NW-001", price=Money(amount=Decimal(5))), actor="mary")
        assert run(chai())[1] == ["products.csv:2: SKU NW-001 is taken"]
        assert product("NW-001").status is Status.DRAFT

    def test_a_category_that_staff_removed_is_not_made_again(self, store, chai):
        run(chai())
        drinks = dispatch(CreateCategory(name="Drinks"), actor="mary").id
        beverages = product("NW-001").category_ids[0]
        dispatch(CategoriseProduct(product_id=product("NW-001").id, category_ids=(drinks,)), actor="mary")
        dispatch(RemoveCategory(category_id=beverages), actor="mary")
        before = log()
        assert run(chai())[1] == []
        assert log() == before


class TestBadFolders:
    def test_one_bad_row_and_nothing_is_imported(self, store, chai):
        err = StringIO()
        with pytest.raises(CommandError, match=r"^2 problems, nothing imported$"):
            call_command(
                "import_trade", str(chai(products=PRODUCTS.replace("18.00", "-3").replace("39", "x"))), stderr=err
            )
        assert err.getvalue().splitlines() == [
            'products.csv:2: list_price "-3" must be above zero',
            'products.csv:2: stock_on_hand "x" must be a whole number from 0 to 1000000000',
        ]
        assert not log()

    def test_a_folder_that_is_not_there_is_named(self, store, tmp_path):
        with pytest.raises(CommandError, match="nowhere is not a folder"):
            run(tmp_path / "nowhere")

    def test_what_passes_the_check_passes_the_commands(self, store, chai):
        """At every limit, for they stand in two places: with the files, where a line is told, and with the commands."""
        slug, code, sku, name = "s" * 100, "C" * 40, "S" * 32, "N" * 200
        header = (
            PRODUCTS.splitlines()[0]
            + ",description,allergens_contains,allergens_may_contain,storage_zone,shelf_life_days"
        )
        row = f"{sku},{name},{slug},{code},GB,{name},9999999.99,BBD,1000000000,1000000000,false,{'d' * 10_000},SOY,,frozen,36500"
        folder = chai(
            categories=f"slug,name,parent,description\n{slug},{name},,\n",
            suppliers=f"{SUPPLIERS.splitlines()[0]}\n{code},{name},{'c' * 10_000},,,,,GB,\n",
            products=f"{header}\n{row}\n",
        )
        said, notes = run(folder)
        assert not notes
        assert said.startswith("created: categories 1, suppliers 1, products 1, lots 1;")
