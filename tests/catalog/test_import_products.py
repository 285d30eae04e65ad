"""A file of products brought in by staff: checked first, then run; stopped anywhere, and taken up again."""

import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO
from itertools import count
from types import SimpleNamespace
from typing import get_args
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.commands.categories import CreateCategory, RemoveCategory
from catalog.commands.lots import SetReorderPoint
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DescribeProduct,
    DiscontinueProduct,
    SubmitProduct,
    products,
)
from catalog.commands.stock import stocks
from catalog.commands.suppliers import RegisterSupplier
from catalog.imports.lookups import category_ids, holder
from catalog.imports.products import PRODUCTS
from catalog.values import Allergen, Allergens, NotStated, Status
from efi.domain.errors import Rejected
from efi.domain.values import Currency, Money
from efi.http import permissions
from efi.imports import files, importer, runs, workbooks, working
from efi.imports.runs import State
from efi.log import event_store
from efi.log.mongo import collection
from efi.models import User
from efi.writing.batch_dispatch import dispatch_together
from efi.writing.commands import HANDLERS
from tests.catalog.market import CHAI, HEADER, SYRUP, csv_of, many, with_cell, xlsx_of
from tests.catalog.stopping import Stopped, apart, stopping
from tests.given import say

pytestmark = pytest.mark.django_db
NAME_THE_KIND = import_module("efi.migrations.0002_kinds_of_imports").name_the_kind


@pytest.fixture
def buyer(store):
    """Of the catalogue staff, in a catalogue of two categories and one supplier."""
    permissions.ensure_groups()
    account = User.objects.create_user("buyer@efi.example", "olives", is_staff=True)
    account.groups.add(Group.objects.get(name="catalogue staff"))
    for name in ("Beverages", "Condiments"):
        say(CreateCategory(name=name))
    say(RegisterSupplier(code="1", name="Exotic Liquids", country="GB"))
    return account


@pytest.fixture
def stop_at(monkeypatch):
    return stopping(monkeypatch)


@pytest.fixture
def one_by_one(monkeypatch):
    """Nothing goes through together."""
    monkeypatch.setattr(importer, "dispatch_together", apart)


def begun(account, content, name="teas.csv", *, submit=False):
    return runs.begin(PRODUCTS, name, [content], account, ["submit"] if submit else [])


def checked(account, content, name="teas.csv", *, submit=False):
    run = begun(account, content, name, submit=submit)
    work()
    return runs.existing(run)


def imported(account, content, name="teas.csv", *, submit=False):
    run = UUID(checked(account, content, name, submit=submit)["_id"])
    runs.have_run(run, account)
    work()
    return runs.existing(run)


def work():
    working.work(event_store.now())


def told(run):
    found = runs.notes().find({"run": run["_id"]}).sort([("line", 1), ("reason", 1)])
    return [f"{note['line']}: {note['reason']}" for note in found]


def changes(run):
    return [(str(one["line"]), one["name"], *field.values()) for one in runs.changes_of(run) for field in one["fields"]]


def log():
    return list(collection("commits").find().sort("_id", 1))


def product(sku):
    return products.load(holder(f"sku:{sku}"))


def approved(sku="NW-001"):
    say(SubmitProduct(product_id=product(sku).id))
    say(ApproveProduct(product_id=product(sku).id), by="joan")


def complete(*row):
    """A row that can be submitted."""
    return (*row, "Spiced tea", "DAIRY", "")


LABELLED = (*HEADER, "description", "allergens_contains", "allergens_may_contain")
EVERY_FIELD = {
    "short_description": "Spiced",
    "description": "Spiced tea",
    "brand": "Twig",
    "weight_grams": "400",
    "region_of_origin": "Assam",
    "ingredients": "tea",
    "allergens_contains": "DAIRY",
    "allergens_may_contain": "NUTS",
    "allergens_certified_free": "GLUTEN",
    "allergens_unstated": "LUPIN",
    "nutrition_per": "100 ml",
    **dict.fromkeys(("energy_kj", "energy_kcal", "fat", "saturates"), "1"),
    **dict.fromkeys(("carbohydrate", "sugars", "protein", "salt"), "1"),
    "certifications": "ORGANIC",
    "tags": "hot",
    "storage_zone": "chilled",
    "temperature_low": "2",
    "temperature_high": "8",
    "shelf_life_days": "30",
    "premium": "TRUE",
    "authentication": "seal",
    "age_restricted": "TRUE",
    "reorder_point": "5",
}


class TestChecking:
    def test_it_tells_what_would_happen_and_writes_nothing(self, buyer):
        imported(buyer, csv_of(CHAI, SYRUP))
        before = log()
        run = checked(buyer, csv_of(CHAI, with_cell(SYRUP, "list_price", "10.50"), with_cell(CHAI, "sku", "NW-002")))
        assert (run["state"], run["rows"]) == (State.CHECKED, 3)
        assert run["expected"] == {"same": 1, "changed": 1, "new": 1, "waiting": 0}
        assert log() == before

    @pytest.mark.parametrize(
        ("column", "cell", "reason"),
        [
            ("sku", "", "sku is empty"),
            ("sku", "nw", 'sku "nw" must be 2 to 32 of A-Z, 0-9, - and .'),
            ("name", "", "name is empty"),
            ("category", "wines", 'there is no category "wines"'),
            ("category", "beverages;wines", 'there is no category "wines"'),
            ("supplier", "99", 'there is no supplier "99"'),
            ("country_of_origin", "Britain", 'country_of_origin "Britain" must be two upper-case letters'),
            ("unit", "", "unit is empty"),
            ("list_price", "cheap", 'list_price "cheap" is not a number'),
            ("list_price", "-3", 'list_price "-3" must be above zero'),
            ("currency", "XYZ", f'currency "XYZ" must be one of {", ".join(get_args(Currency))}'),
        ],
    )
    def test_a_bad_row_is_named_with_its_line_and_its_reason(self, buyer, column, cell, reason):
        run = checked(buyer, csv_of(SYRUP, with_cell(CHAI, column, cell)))
        assert told(run) == [f"3: {reason}"]
        assert (run["state"], run["expected"]["refused"]) == (State.CHECKED, 1)

    def test_every_bad_row_is_named(self, buyer):
        rows = [with_cell(row, "list_price", "x") for row in many(450)]
        run = checked(buyer, csv_of(*rows))
        assert len(told(run)) == run["expected"]["refused"] == 450

    def test_what_the_rules_would_refuse_is_told_beforehand(self, buyer):
        imported(buyer, csv_of(complete(*CHAI), header=LABELLED))
        approved()
        say(DiscontinueProduct(product_id=product("NW-001").id))
        run = checked(buyer, csv_of(with_cell(CHAI, "list_price", "18.50")))
        assert told(run) == ["2: a product that is discontinued stays as it was"]

    def test_what_cannot_be_submitted_is_told_beforehand(self, buyer):
        run = checked(buyer, csv_of(with_cell(CHAI, "category", "")), submit=True)
        assert run["expected"]["refused"] == 1

    def test_a_sku_that_comes_twice_is_bad_the_second_time(self, buyer):
        assert told(checked(buyer, csv_of(CHAI, SYRUP, CHAI))) == ['4: sku "NW-001" is already in line 2']

    def test_a_line_with_too_many_cells_spoils_no_other(self, buyer):
        run = checked(buyer, csv_of(CHAI, (*SYRUP, "more"), with_cell(CHAI, "sku", "NW-002")))
        assert told(run) == ["3: has 9 cells, the header has 8"]
        assert run["expected"] == {"new": 2, "refused": 1, "waiting": 0}

    def test_a_sku_of_a_row_that_is_bad_may_come_again(self, buyer):
        run = checked(buyer, csv_of(with_cell(CHAI, "list_price", "x"), CHAI))
        assert told(run) == ['2: list_price "x" is not a number']
        assert run["expected"] == {"refused": 1, "new": 1, "waiting": 0}

    def test_a_file_in_another_encoding_is_told_once_and_cannot_be_run(self, buyer):
        rows = [(*row[:1], "Thé", *row[2:]) for row in many(450)]
        run = checked(buyer, csv_of(CHAI, *rows).decode().encode("cp1252"))
        assert told(run) == ['0: is not UTF-8 (byte 0xE9 at position 14 of line 3): save it again as "CSV UTF-8"']
        assert run["state"] == State.UNREADABLE

    def test_rows_that_a_quote_swallows_are_counted(self, buyer):
        run = checked(buyer, csv_of(CHAI, with_cell(SYRUP, "name", '"Aniseed Syrup'), *many(20)))
        assert run["expected"] == {"new": 1, "refused": 21, "waiting": 0}
        assert told(run)[0] == "3: opens a quote that is not closed: 20 more lines are lost with it, up to 23"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "0: has no header row"),
            (csv_of(CHAI, header=("sku", *HEADER[1:-1], "money")), '1: column "currency" is missing'),
            (
                csv_of(CHAI, header=HEADER).replace(b"sku", b"s\xffku", 1),
                '0: is not UTF-8 (byte 0xFF at position 2 of line 1): save it again as "CSV UTF-8"',
            ),
            (csv_of((*CHAI, "1"), header=(*HEADER, "fat")), None),
        ],
    )
    def test_a_file_whose_header_is_wrong_cannot_be_run(self, buyer, content, reason):
        run = checked(buyer, content)
        assert run["state"] == State.UNREADABLE
        assert (reason or told(run)[0]) in told(run)
        with pytest.raises(Rejected, match="the import is unreadable"):
            runs.have_run(UUID(run["_id"]), buyer)

    def test_a_file_that_has_no_rows_is_fine(self, buyer):
        assert checked(buyer, csv_of())["rows"] == 0

    def test_a_file_with_too_many_rows_is_refused(self, buyer, monkeypatch):
        monkeypatch.setattr(files, "MOST_ROWS", 300)
        run = checked(buyer, csv_of(*many(301)))
        assert (run["state"], told(run)) == (State.UNREADABLE, ["0: has more than 300 rows"])

    def test_a_file_that_is_too_large_is_refused(self, buyer, monkeypatch):
        monkeypatch.setattr(runs, "MOST_BYTES", 1024**2)
        with pytest.raises(Rejected, match="a file is at most 1 MB"):
            runs.begin(PRODUCTS, "teas.csv", [b"x" * 1024] * 1025, buyer)
        assert not runs.imports().count_documents({})

    def test_a_file_of_another_kind_is_refused(self, buyer):
        with pytest.raises(Rejected, match=r"one of \.csv, \.xlsx"):
            begun(buyer, b"", "teas.pdf")

    def test_checking_starts_over_where_it_was_stopped(self, buyer, monkeypatch):
        run = begun(buyer, csv_of(*many(450), with_cell(CHAI, "list_price", "x")))
        monkeypatch.setattr(working.stopping, "is_set", lambda: True)
        working.carry_on(working.take_up(run))
        assert runs.existing(run)["rows"] == 200
        monkeypatch.undo()
        work()
        assert (runs.existing(run)["rows"], len(told(runs.existing(run)))) == (451, 1)


class TestWorkbooks:
    def test_numbers_and_truths_come_as_a_csv_has_them(self, buyer):
        header = (*HEADER, "shelf_life_days", "premium", "age_restricted")
        cells = (*with_cell(with_cell(CHAI, "supplier", 1), "list_price", 18.35), 730, False, "True")
        run = imported(buyer, xlsx_of((*cells, None), header=(*header, None)), "teas.xlsx")
        assert told(run) == []
        chai = product("NW-001")
        assert chai.price == Money(amount=Decimal("18.35"), currency="USD")
        assert (chai.description.shelf_life_days, chai.description.premium) == (730, False)
        assert chai.description.age_restricted

    @pytest.mark.parametrize(
        ("cell", "said"),
        [
            (date(2027, 3, 1), "a date (2027-03-01)"),
            (datetime(2027, 3, 1, 6, 30), "a date (2027-03-01T06:30:00)"),  # noqa: DTZ001 - workbooks know no zones
            (time(6, 30), "a time (06:30:00)"),
            (timedelta(hours=30), "a time (1 day, 6:00:00)"),
            ("#N/A", "the error #N/A"),
            ("#NAME?", "the error #NAME?"),
        ],
    )
    @pytest.mark.parametrize("column", ["sku", "unit", "list_price", "brand"])
    def test_dates_times_and_errors_are_refused_by_their_cells(self, buyer, column, cell, said):
        header = (*HEADER, "brand")
        row = tuple(cell if name == column else old for name, old in zip(header, (*CHAI, "Twig"), strict=True))
        run = checked(buyer, xlsx_of(row, (*SYRUP, "Twig"), header=header), "teas.xlsx")
        assert told(run) == [f"2: {column} is {said}, where a text or a number is asked for"]
        assert run["expected"] == {"refused": 1, "new": 1, "waiting": 0}

    def test_rows_that_are_blank_or_end_early_count_in_the_lines(self, buyer):
        run = checked(buyer, xlsx_of(CHAI, (), SYRUP[:-1]), "teas.xlsx")
        assert told(run) == ["4: currency is empty"]
        assert run["rows"] == 2

    def test_what_would_unpack_to_too_much_is_refused(self, buyer, monkeypatch):
        monkeypatch.setattr(workbooks, "MOST_WHOLE", 100_000)
        packed = BytesIO(xlsx_of(CHAI))
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/bomb.xml", b"0" * 100_001)
        run = checked(buyer, packed.getvalue(), "teas.xlsx")
        assert run["state"] == State.UNREADABLE
        assert told(run)[0].startswith("0: would unpack to more than")

    @pytest.mark.parametrize("content", [b"no zip", xlsx_of(CHAI)[:-200], csv_of(CHAI)])
    def test_what_is_no_workbook_is_told(self, buyer, content):
        run = checked(buyer, content, "teas.xlsx")
        assert (run["state"], len(told(run))) == (State.UNREADABLE, 1)


class TestNewProducts:
    def test_they_are_drafted_in_the_name_of_whoever_began_it(self, buyer):
        run = imported(buyer, csv_of(CHAI, SYRUP))
        assert (run["state"], run["done"], run["results"]) == (State.DONE, 2, {"new": 2, "waiting": 0})
        assert product("NW-001").status is Status.DRAFT
        assert next(event_store.read(f"product:{product('NW-001').id}")).actor == str(buyer.pk)

    def test_they_are_submitted_if_asked_for_and_never_approved(self, buyer):
        imported(buyer, csv_of(complete(*CHAI), header=LABELLED), submit=True)
        assert product("NW-001").status is Status.PENDING_APPROVAL

    def test_they_get_their_reorder_point(self, buyer):
        imported(buyer, csv_of((*CHAI, "10"), header=(*HEADER, "reorder_point")))
        assert stocks.load(product("NW-001").id).reorder_point == 10

    def test_bad_rows_are_left_out_and_the_rest_comes(self, buyer):
        run = imported(buyer, csv_of(with_cell(CHAI, "list_price", "x"), SYRUP))
        assert run["results"] == {"refused": 1, "new": 1, "waiting": 0}
        assert told(run) == ['2: list_price "x" is not a number']

    def test_a_row_that_is_refused_on_the_way_is_told_and_the_rest_comes(self, buyer):
        run = UUID(checked(buyer, csv_of(CHAI, SYRUP))["_id"])
        say(RemoveCategory(category_id=category_ids()["beverages"]))
        runs.have_run(run, buyer)
        work()
        assert runs.existing(run)["results"] == {"refused": 1, "new": 1, "waiting": 0}
        assert told(runs.existing(run)) == ['2: there is no category "beverages"']


class TestProductsThatAreThere:
    @pytest.fixture
    def on_sale(self, buyer):
        imported(buyer, csv_of(complete(*CHAI), complete(*SYRUP), header=LABELLED))
        approved("NW-001")
        return buyer

    def test_one_that_is_the_same_is_left_alone(self, on_sale):
        before = log()
        assert imported(on_sale, csv_of(CHAI, SYRUP))["results"] == {"same": 2, "waiting": 0}
        assert log() == before

    def test_what_no_import_takes_over_is_named_where_it_differs(self, on_sale):
        say(RegisterSupplier(code="2", name="Grandma Kelly", country="US"))
        header = (*HEADER, "stock_on_hand", "discontinued")
        edited = csv_of((*with_cell(CHAI, "supplier", "2"), 39, "true"), (*SYRUP, 0, "false"), header=header)
        note = ["2: not taken over for a product that is there: stock_on_hand, discontinued, supplier"]
        run = checked(on_sale, edited)
        assert (told(run), run["expected"]) == (note, {"same": 2, "waiting": 0})
        assert told(imported(on_sale, edited)) == note

    def test_one_is_described_anew_where_the_file_says_something_else(self, on_sale):
        assert imported(on_sale, csv_of(with_cell(CHAI, "name", "Masala Chai")))["results"]["changed"] == 1
        described = product("NW-001").description
        assert (described.name, described.description) == ("Masala Chai", "Spiced tea")
        assert described.allergens == Allergens(contains=(Allergen.DAIRY,))

    def test_the_check_shows_what_each_field_is_before_and_after(self, on_sale):
        columns = ("brand", "premium", "allergens_contains", "allergens_may_contain", "reorder_point", "tags")
        row = (*with_cell(with_cell(CHAI, "list_price", "19.00"), "category", "condiments"), "Twig", "", "NONE", "NUTS")
        run = checked(on_sale, csv_of((*row, "7", "hot;vegan"), (*SYRUP, *[""] * 6), header=(*HEADER, *columns)))
        assert changes(run) == [
            ("2", "NW-001", "brand", "", "Twig"),
            ("2", "NW-001", "tags", "", "hot;vegan"),
            ("2", "NW-001", "allergens_contains", "DAIRY", "NONE"),
            ("2", "NW-001", "allergens_may_contain", "", "NUTS"),
            ("2", "NW-001", "list_price", "USD 18.00", "USD 19.00"),
            ("2", "NW-001", "category", "beverages", "condiments"),
            ("2", "NW-001", "reorder_point", "0", "7"),
        ]
        assert run["expected"] == {"changed": 1, "same": 1, "waiting": 1}

    def test_of_what_is_refused_no_change_is_shown(self, on_sale):
        say(DiscontinueProduct(product_id=product("NW-001").id))
        assert changes(checked(on_sale, csv_of(with_cell(CHAI, "list_price", "18.50")))) == []

    def test_of_a_long_text_the_change_is_shown_where_it_is(self, on_sale):
        header, text = (*HEADER, "ingredients"), "tea leaves and " * 40
        imported(on_sale, csv_of((*CHAI, f"{text}cloves"), header=header))
        [(*_, before, after)] = changes(checked(on_sale, csv_of((*CHAI, f"{text}mace"), header=header)))
        assert (before.startswith("…"), before[-6:], after[-4:]) == (True, "cloves", "mace")
        assert len(before) < 60

    def test_an_empty_cell_leaves_any_field_as_it_is(self, buyer):
        header = (*HEADER, *EVERY_FIELD)
        imported(buyer, csv_of((*CHAI, *EVERY_FIELD.values()), header=header))
        full = product("NW-001").description
        assert (full.brand, full.temperature.low, full.nutrition.fat) == ("Twig", 2, 1)
        emptied = ("NW-001", *[""] * (len(header) - 1))
        run = imported(buyer, csv_of(emptied, header=header))
        assert (run["results"], told(run)) == ({"same": 1, "waiting": 0}, [])
        assert product("NW-001").description == full

    def test_none_clears_any_field_that_need_not_be_there(self, buyer):
        header = (*HEADER, *EVERY_FIELD)
        imported(buyer, csv_of((*CHAI, *EVERY_FIELD.values()), header=header))
        kept = {**dict.fromkeys(EVERY_FIELD, "NONE"), "nutrition_per": "NOT_STATED"}
        run = imported(buyer, csv_of((*with_cell(CHAI, "category", "NONE"), *kept.values()), header=header))
        assert (run["results"], told(run)) == ({"changed": 1, "waiting": 0}, [])
        said = vars(product("NW-001").description)
        must_be = {"name", "unit", "country_of_origin", "storage_zone", "not_stated", "allergens"}
        assert {name for name, value in said.items() if value} == must_be
        assert said["allergens"] == Allergens()
        assert (product("NW-001").category_ids, stocks.load(product("NW-001").id).reorder_point) == ((), 0)

    def test_a_price_without_its_currency_is_refused(self, on_sale):
        assert told(checked(on_sale, csv_of(with_cell(CHAI, "currency", "")))) == ["2: currency is empty"]

    @pytest.mark.parametrize("column", ["name", "unit", "country_of_origin", "list_price", "currency"])
    def test_what_a_product_must_have_cannot_be_cleared(self, on_sale, column):
        assert told(checked(on_sale, csv_of(with_cell(CHAI, column, "NONE")))) == [f"2: {column} is empty"]

    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_one_is_the_same_however_its_lines_end(self, on_sale, ends):
        lines = f'"Spiced{ends}tea"'
        header = (*HEADER, "description")
        imported(on_sale, csv_of((*CHAI, '"Spiced\ntea"'), header=header))
        assert imported(on_sale, csv_of((*CHAI, lines), header=header))["results"] == {"same": 1, "waiting": 0}
        assert product("NW-001").description.description == "Spiced\ntea"

    def test_a_small_change_of_price_is_made(self, on_sale):
        imported(on_sale, csv_of(with_cell(CHAI, "list_price", "19.00")))
        assert product("NW-001").price.amount == 19

    def test_a_large_one_waits_for_a_second_person_and_is_proposed_once(self, on_sale):
        dear = csv_of(with_cell(CHAI, "list_price", "25.00"))
        assert checked(on_sale, dear)["expected"]["waiting"] == 1
        run = imported(on_sale, dear)
        assert run["results"] == {"changed": 1, "waiting": 1}
        assert (product("NW-001").price.amount, product("NW-001").proposed_price.price.amount) == (18, 25)
        assert imported(on_sale, dear)["results"] == {"same": 1, "waiting": 0}

    def test_another_label_waits_for_a_second_person_and_is_proposed_once(self, on_sale):
        nutty = csv_of((*CHAI, "Spiced tea", "DAIRY;NUTS", ""), header=LABELLED)
        assert imported(on_sale, nutty)["results"] == {"changed": 1, "waiting": 1}
        assert product("NW-001").description.allergens == Allergens(contains=(Allergen.DAIRY,))
        assert imported(on_sale, nutty)["results"] == {"same": 1, "waiting": 0}

    def test_a_column_of_allergens_that_says_nothing_leaves_them_as_they_are(self, on_sale):
        run = checked(on_sale, csv_of((*CHAI, "", "", "NUTS"), header=LABELLED))
        assert changes(run) == [("2", "NW-001", "allergens_may_contain", "", "NUTS")]
        assert imported(on_sale, csv_of((*CHAI, "", "", ""), header=LABELLED))["results"]["same"] == 1

    def test_of_what_states_no_allergens_it_is_to_be_said_what_it_contains(self, buyer):
        empty = "2: allergens_contains is empty: what it contains, or NONE"
        assert told(checked(buyer, csv_of((*CHAI, "", "", "NUTS"), header=LABELLED))) == [empty]
        imported(buyer, csv_of((*CHAI, "", "NOT_STATED", ""), header=LABELLED))
        assert told(checked(buyer, csv_of((*CHAI, "", "", "NUTS"), header=LABELLED))) == [empty]

    @pytest.mark.parametrize(
        ("said", "unstated"),
        [("", ("CELERY", "LUPIN")), ("LUPIN", ("LUPIN",)), ("NONE", ())],
    )
    def test_what_a_label_leaves_open_stays_open_unless_the_file_says_so(self, buyer, said, unstated):
        header = (*LABELLED, "allergens_unstated")
        imported(buyer, csv_of((*complete(*CHAI), "CELERY;LUPIN"), header=header))
        imported(buyer, csv_of((*complete(*CHAI), said), header=header))
        assert product("NW-001").description.allergens == Allergens(
            contains=(Allergen.DAIRY,), unstated=tuple(map(Allergen, unstated))
        )
        imported(buyer, csv_of((*CHAI, "Spiced tea", "DAIRY;CELERY", ""), header=LABELLED))
        assert Allergen.CELERY not in product("NW-001").description.allergens.unstated

    def test_what_was_not_stated_is_stated_once_the_file_says_it(self, on_sale):
        header = (*HEADER, "allergens_contains", "allergens_may_contain")
        imported(on_sale, csv_of((*SYRUP, "NOT_STATED", ""), header=header))
        assert product("NW-003").description.not_stated == (NotStated.ALLERGENS, NotStated.NUTRITION)
        run = imported(on_sale, csv_of((*SYRUP, "NUTS", ""), header=header))
        assert told(run) == []
        assert product("NW-003").description.allergens == Allergens(contains=(Allergen.NUTS,))
        assert product("NW-003").description.not_stated == (NotStated.NUTRITION,)

    def test_one_is_put_into_the_categories_that_the_file_names(self, on_sale):
        imported(on_sale, csv_of(with_cell(CHAI, "category", "condiments; beverages")))
        assert len(product("NW-001").category_ids) == 2

    def test_its_reorder_point_is_set(self, on_sale):
        reordered = csv_of((*CHAI, "7"), header=(*HEADER, "reorder_point"))
        assert imported(on_sale, reordered)["results"]["changed"] == 1
        assert imported(on_sale, reordered)["results"]["same"] == 1

    def test_a_file_that_comes_again_undoes_what_was_done_meanwhile(self, on_sale):
        say(
            ChangePrice(
                product_id=product("NW-001").id, price=Money(amount=Decimal(19), currency="USD"), reason="dearer"
            )
        )
        assert imported(on_sale, csv_of(CHAI))["results"]["changed"] == 1
        assert product("NW-001").price.amount == 18

    def test_one_row_may_be_refused_in_part(self, on_sale):
        run = UUID(checked(on_sale, csv_of(with_cell(CHAI, "list_price", "18.50")))["_id"])
        say(DiscontinueProduct(product_id=product("NW-001").id))
        runs.have_run(run, on_sale)
        work()
        assert runs.existing(run)["results"] == {"refused": 1, "waiting": 0}
        assert told(runs.existing(run)) == ["2: a product that is discontinued stays as it was"]


class TestStopping:
    ROWS = tuple((*row, "5") for row in many(5))
    FILE = csv_of(*ROWS, header=(*HEADER, "reorder_point"))

    @pytest.mark.parametrize("n", range(1, 11))
    def test_stopped_at_any_order_and_taken_up_again_it_is_whole(self, buyer, stop_at, one_by_one, n):
        run = UUID(checked(buyer, self.FILE)["_id"])
        runs.have_run(run, buyer)
        stop_at(n)
        with pytest.raises(Stopped):
            work()
        stop_at(None)
        work()
        assert runs.existing(run)["results"] == {"new": 5, "waiting": 0}
        recorded = [fact["type"] for raw in log() for fact in raw["events"]]
        assert (recorded.count("catalog.ProductCreated"), recorded.count("catalog.ReorderPointSet")) == (5, 5)

    @pytest.mark.parametrize("n", [1, 2])
    def test_stopped_between_what_is_given_together_it_is_whole_all_the_same(self, buyer, monkeypatch, n):
        run, waves = UUID(checked(buyer, self.FILE)["_id"]), count(1)
        runs.have_run(run, buyer)

        def breaking(*args, **options):
            if next(waves) == n:
                raise Stopped
            return dispatch_together(*args, **options)

        monkeypatch.setattr(importer, "dispatch_together", breaking)
        with pytest.raises(Stopped):
            work()
        monkeypatch.undo()
        work()
        assert runs.existing(run)["results"] == {"new": 5, "waiting": 0}
        assert [stocks.load(product(row[0]).id).reorder_point for row in self.ROWS] == [5] * 5
        assert len(log()) == 3 + 10

    def test_one_row_that_is_refused_keeps_no_other_from_coming(self, buyer):
        run = UUID(checked(buyer, csv_of(CHAI, SYRUP, *many(3)))["_id"])
        runs.have_run(run, buyer)
        say(RemoveCategory(category_id=category_ids()["condiments"]))
        work()
        assert runs.existing(run)["results"] == {"new": 3, "refused": 2, "waiting": 0}

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_changes_are_counted_once_too(self, buyer, stop_at, n):
        imported(buyer, csv_of(*many(3)))
        run = UUID(checked(buyer, csv_of(*[(*row[:6], "9.75", "USD") for row in many(3)]))["_id"])
        runs.have_run(run, buyer)
        stop_at(n)
        with pytest.raises(Stopped):
            work()
        stop_at(None)
        work()
        assert runs.existing(run)["results"] == {"changed": 3, "waiting": 0}

    def test_what_was_done_is_not_looked_at_again(self, buyer, monkeypatch):
        run = UUID(checked(buyer, csv_of(*many(450)))["_id"])
        runs.have_run(run, buyer)
        monkeypatch.setattr(working.stopping, "is_set", lambda: True)
        working.carry_on(working.take_up(run))
        assert runs.existing(run)["done"] == 200
        monkeypatch.undo()
        commits = len(log())
        work()
        assert len(log()) == commits + 250
        assert runs.existing(run)["results"] == {"new": 450, "waiting": 0}

    def test_the_same_file_given_again_is_the_same_import_while_it_is_unfinished(self, buyer):
        run = begun(buyer, csv_of(CHAI))
        assert begun(buyer, csv_of(CHAI)) == run
        work()
        runs.have_run(run, buyer)
        work()
        assert begun(buyer, csv_of(CHAI)) != run

    def test_only_one_process_works_on_it(self, buyer, monkeypatch):
        run = begun(buyer, csv_of(CHAI))
        assert working.take_up()
        assert working.take_up() is None
        later = event_store.now() + working.LEASE + timedelta(seconds=1)
        monkeypatch.setattr(working, "now", lambda: later)
        assert working.take_up(run)

    def test_whoever_has_lost_it_writes_nothing_more(self, buyer):
        run = begun(buyer, csv_of(CHAI))
        taken = working.take_up(run)
        runs.imports().update_one({"_id": str(run)}, {"$set": {"lease.by": UUID(int=1)}})
        working.carry_on(taken)
        assert runs.existing(run)["rows"] == 0
        assert runs.existing(run)["lease"]["by"] == UUID(int=1)

    def test_cancelled_it_is_left_as_it_is_and_its_file_goes(self, buyer):
        run = begun(buyer, csv_of(CHAI))
        runs.cancel(run)
        work()
        assert runs.existing(run)["state"] == State.CANCELLED
        assert not runs.files().exists(runs.existing(run)["kept"])

    def test_its_file_is_kept_as_long_as_it_is_needed(self, buyer):
        run = checked(buyer, csv_of(CHAI))
        assert runs.files().exists(run["kept"])
        runs.have_run(UUID(run["_id"]), buyer)
        work()
        assert not runs.files().exists(run["kept"])

    def test_nobody_has_it_run_within_a_week_and_it_is_cancelled(self, buyer):
        run = checked(buyer, csv_of(CHAI))
        working.work(event_store.now() + working.KEPT + timedelta(minutes=1))
        assert runs.existing(UUID(run["_id"]))["state"] == State.CANCELLED

    def test_one_from_before_there_were_kinds_of_imports_goes_on(self, buyer):
        run = begun(buyer, csv_of(complete(*CHAI), header=LABELLED), submit=True)
        runs.imports().update_one({}, {"$unset": {"kind": 1, "options": 1}, "$set": {"submit": True}})
        work()
        assert runs.existing(run)["state"] == State.CHECKING
        NAME_THE_KIND(None, SimpleNamespace(connection=connection))
        work()
        runs.have_run(run, buyer)
        work()
        assert product("NW-001").status is Status.PENDING_APPROVAL


class TestWhoMay:
    @pytest.mark.parametrize("kind", [CreateProduct, DescribeProduct, ChangePrice, CategoriseProduct, SetReorderPoint])
    def test_whoever_may_not_give_one_of_its_commands_may_not_import(self, buyer, kind):
        held = Group.objects.get(name="catalogue staff").permissions.exclude(codename=HANDLERS[kind].name)
        lesser = User.objects.create_user("lesser@efi.example", "olives", is_staff=True)
        lesser.user_permissions.set(held)
        with pytest.raises(PermissionDenied):
            begun(lesser, csv_of(CHAI))

    def test_another_person_cannot_have_it_run(self, buyer):
        run = checked(buyer, csv_of(CHAI))
        with pytest.raises(PermissionDenied):
            runs.have_run(UUID(run["_id"]), User.objects.create_superuser("boss@efi.example", "olives"))

    def test_whoever_has_lost_the_permission_since_imports_nothing(self, buyer):
        run = UUID(checked(buyer, csv_of(CHAI))["_id"])
        runs.have_run(run, buyer)
        buyer.groups.clear()
        before = log()
        work()
        assert (runs.existing(run)["state"], log()) == (State.CANCELLED, before)


class TestOneThatCannotGoOn:
    def test_of_somebody_who_is_no_more_ends_and_keeps_no_other_waiting(self, buyer):
        leaver = User.objects.create_superuser("leaver@efi.example")
        first = begun(leaver, csv_of(CHAI), name="first.csv")
        second = begun(buyer, csv_of(SYRUP), name="second.csv")
        User.objects.filter(pk=leaver.pk).delete()
        work()
        assert (runs.existing(first)["state"], runs.existing(second)["state"]) == (
            State.CANCELLED,
            State.CHECKED,
        )

    def test_whose_file_is_gone_ends_and_says_why(self, buyer):
        first, second = begun(buyer, csv_of(CHAI), name="first.csv"), begun(buyer, csv_of(SYRUP), name="second.csv")
        runs.files().delete(runs.existing(first)["kept"])
        work()
        assert (runs.existing(first)["state"], runs.existing(second)["state"]) == (
            State.CANCELLED,
            State.CHECKED,
        )
        assert "cannot be read" in runs.existing(first)["because"]

    def test_that_fails_each_time_lets_others_go_first(self, buyer, monkeypatch):
        first, second = begun(buyer, csv_of(CHAI), name="first.csv"), begun(buyer, csv_of(SYRUP), name="second.csv")
        check = working.Work._check

        def broken(working, file):
            if working._run["name"] == "first.csv":
                raise Stopped
            check(working, file)

        monkeypatch.setattr(working.Work, "_check", broken)
        with pytest.raises(Stopped):
            work()
        with pytest.raises(Stopped):
            work()
        assert (runs.existing(first)["state"], runs.existing(second)["state"]) == (
            State.CHECKING,
            State.CHECKED,
        )


class TestTheCommand:
    def run(self, tmp_path, content, *options, name="teas.csv"):
        out, err = StringIO(), StringIO()
        (tmp_path / name).write_bytes(content)
        call_command(
            "import_products", str(tmp_path / name), "--as", "buyer@efi.example", *options, stdout=out, stderr=err
        )
        return out.getvalue().strip(), err.getvalue().splitlines()

    def test_it_checks_and_imports(self, buyer, tmp_path):
        assert self.run(tmp_path, csv_of(CHAI, SYRUP)) == ("imported: new 2, changed 0, same 0, refused 0", [])
        assert self.run(tmp_path, csv_of(CHAI, SYRUP)) == ("imported: new 0, changed 0, same 2, refused 0", [])

    def test_one_bad_row_and_nothing_is_imported_unless_it_is_to_be_skipped(self, buyer, tmp_path):
        content, before = csv_of(CHAI, with_cell(SYRUP, "list_price", "x")), log()
        with pytest.raises(CommandError, match="nothing imported: 1 bad rows, which --skip-bad leaves out"):
            self.run(tmp_path, content)
        assert log() == before
        said, notes = self.run(tmp_path, content, "--skip-bad")
        assert said == "imported: new 1, changed 0, same 0, refused 1"
        assert notes == ['teas.csv:3: list_price "x" is not a number']

    def test_it_names_what_it_does_not_take_over(self, buyer, tmp_path):
        self.run(tmp_path, csv_of(CHAI))
        header = (*HEADER, "stock_on_hand")
        assert self.run(tmp_path, csv_of((*CHAI, 39), header=header)) == (
            "imported: new 0, changed 0, same 1, refused 0",
            ["teas.csv:2: not taken over for a product that is there: stock_on_hand"],
        )

    def test_it_can_do_no_more_than_check(self, buyer, tmp_path):
        before = log()
        assert (
            self.run(tmp_path, xlsx_of(CHAI), "--check", name="teas.xlsx")[0]
            == 'teas.xlsx:2: NW-001 name "" becomes "Chai"\n'
            'teas.xlsx:2: NW-001 list_price "" becomes "USD 18.00"\n'
            "checked: new 1, changed 0, same 0, refused 0"
        )
        assert log() == before

    def test_a_file_that_is_not_there_is_told(self, buyer, tmp_path):
        with pytest.raises(CommandError, match="no such file"):
            call_command("import_products", str(tmp_path / "none.csv"), "--as", "buyer@efi.example")

    def test_an_account_that_is_not_there_is_told(self, buyer, tmp_path):
        with pytest.raises(CommandError, match="there is no account x@efi"):
            call_command("import_products", str(tmp_path / "none.csv"), "--as", "x@efi")


@pytest.mark.parametrize("of", [csv_of, xlsx_of])
def test_ten_times_the_rows_take_no_more_memory(buyer, of):
    """But for its SKUs, and the texts that a workbook holds apart from its rows: they are kept."""

    def most(number):
        content = of(*many(number))
        tracemalloc.start()
        run = checked(buyer, content, "teas." + of.__name__.removesuffix("_of"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert run["expected"]["new"] == number
        return peak

    most(100)
    few = most(200)
    assert most(2_000) < few + 2_000 * 700
