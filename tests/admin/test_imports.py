"""A file of products in the admin: sent, checked, looked at, run; and lists taken out again as files."""

import csv
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from catalog.commands.lots import SetReorderPoint
from catalog.commands.products import CategoriseProduct, DescribeProduct, products
from catalog.imports.lookups import holder
from catalog.imports.products import COLUMNS
from catalog.models import Lot, Product
from catalog.values import Allergen, Allergens, Certification, NotStated, Nutrition, TemperatureRange
from efi.domain.values import BARBADOS
from efi.imports import runs, working
from efi.imports.runs import State
from efi.log import event_store
from efi.log.mongo import collection
from efi.models import User
from tests.admin.pages import links_of
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.larder import ABOUT_OLIVES
from tests.catalog.market import CHAI, HEADER, SYRUP, csv_of, many, with_cell
from tests.given import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves(shop):
    for name in ("Beverages", "Condiments"):
        catalogue.category(name)
    catalogue.supplier("1")
    caught_up()


def sent(client, content, name="teas.csv", **more):
    return client.post(reverse("admin:imports"), {"file": SimpleUploadedFile(name, content), **more})


def work():
    working.work(event_store.now())


def text(answer):
    return answer.content.decode()


class TestImporting:
    def test_a_file_is_checked_and_then_run(self, visitor, shelves):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(CHAI, with_cell(SYRUP, "list_price", "x"))).url
        assert "Checking" in text(buyer.get(page))
        before = collection("commits").count_documents({})
        work()
        shown = text(buyer.get(page))
        assert "list_price &quot;x&quot; is not a number" in shown
        assert "Import 1 row" in shown
        assert collection("commits").count_documents({}) == before
        assert buyer.post(page).url == page
        work()
        assert "1 of 2 rows" not in text(buyer.get(page))
        assert "2 of 2 rows" in text(buyer.get(page))
        assert holder("sku:NW-001")

    def test_the_page_shows_what_changes_before_and_after(self, visitor, shelves):
        buyer = visitor("buyer")
        assert "NONE clears it" in text(buyer.get(reverse("admin:imports")))
        first = sent(buyer, csv_of(CHAI, *many(300))).url
        work()
        assert "?changes=202" in links_of(buyer.get(first))
        buyer.post(first)
        work()
        page = sent(buyer, csv_of(with_cell(CHAI, "list_price", "19.00"))).url
        work()
        shown = " ".join(text(buyer.get(page)).split())
        assert (
            '<td>2</td><td>NW-001</td><td>list_price</td><td class="efi-lines">USD 18.00</td>'
            '<td class="efi-lines">USD 19.00</td>'
        ) in shown

    def test_where_there_is_nothing_to_import_no_button_offers_it(self, visitor, shelves):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(with_cell(CHAI, "list_price", "x"))).url
        work()
        shown = text(buyer.get(page))
        assert "There is nothing to import" in shown
        assert "Import 0 rows" not in shown

    def test_what_would_not_be_taken_over_is_told_before_it_runs(self, visitor, shelves):
        buyer = visitor("buyer")
        first = sent(buyer, csv_of(CHAI)).url
        work()
        buyer.post(first)
        work()
        page = sent(buyer, csv_of((*CHAI, 39), header=(*HEADER, "stock_on_hand"))).url
        work()
        shown = text(buyer.get(page))
        assert "not taken over for a product that is there: stock_on_hand" in shown
        assert "Nothing is wrong" not in shown

    def test_its_progress_is_polled_and_the_page_is_asked_for_anew_in_the_end(self, visitor, shelves):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(*many(3))).url
        assert f'hx-get="{page}progress/"' in text(buyer.get(page))
        assert '<noscript><meta http-equiv="refresh"' in text(buyer.get(page))
        assert "HX-Refresh" not in buyer.get(f"{page}progress/").headers
        work()
        assert buyer.get(f"{page}progress/").headers["HX-Refresh"] == "true"

    def test_half_way_it_tells_how_many_rows_how_fast_and_how_long_yet(self, visitor, shelves, monkeypatch):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(*many(300))).url
        work()
        buyer.post(page)
        monkeypatch.setattr(working.stopping, "is_set", lambda: True)
        working.carry_on(working.take_up())
        shown = text(buyer.get(f"{page}progress/"))
        assert "200 of 300 rows" in shown
        assert " a second, " in shown
        assert " left" in shown

    def test_what_is_wrong_with_the_file_is_told_beside_it(self, visitor, shelves):
        assert "a file is one of .csv, .xlsx" in text(
            sent(visitor("buyer"), b"", "teas.pdf").client.post(
                reverse("admin:imports"), {"file": SimpleUploadedFile("teas.pdf", b"x")}
            )
        )

    def test_every_bad_row_can_be_reached(self, visitor, shelves):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(*[with_cell(row, "list_price", "x") for row in many(300)])).url
        work()
        assert "?from=202" in links_of(buyer.get(page))
        assert text(buyer.get(f"{page}?from=202")).count("is not a number") == 100

    def test_it_can_be_cancelled(self, visitor, shelves):
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(CHAI)).url
        buyer.post(page, {"cancel": "1"})
        assert State.CANCELLED.capitalize() in text(buyer.get(page))
        assert "the import is cancelled" in text(buyer.post(page, follow=True))

    def test_it_is_cancelled_by_whoever_began_it_or_by_an_operator(self, visitor, shelves):
        page = sent(visitor("buyer"), csv_of(CHAI)).url
        colleague = visitor("colleague")
        User.objects.get(email="colleague@efi.example").groups.add(Group.objects.get(name="catalogue staff"))
        assert 'name="cancel"' not in text(colleague.get(page))
        assert colleague.post(page, {"cancel": "1"}).status_code == 403
        assert runs.imports().find_one()["state"] == State.CHECKING
        visitor("superuser").post(page, {"cancel": "1"})
        assert runs.imports().find_one()["state"] == State.CANCELLED

    @pytest.mark.parametrize("role", ["approver", "reporter", "nobody"])
    def test_whoever_may_not_import_sees_none_of_it(self, visitor, shelves, role):
        page = sent(visitor("buyer"), csv_of(CHAI)).url
        other = visitor(role)
        answers = [
            other.get(reverse("admin:imports")),
            other.get(page),
            other.post(page),
            other.get(f"{page}progress/"),
        ]
        assert [answer.status_code for answer in [*answers, sent(other, csv_of(CHAI))]] == [403] * 5

    def test_the_list_of_products_leads_there_whoever_may_import(self, visitor, olives):
        products = "/admin/catalog/product/"
        assert f"{reverse('admin:imports')}?of=products" in links_of(visitor("buyer").get(products))
        assert not [link for link in links_of(visitor("reporter").get(products)) if reverse("admin:imports") in link]

    def test_one_that_is_not_there_is_not_found(self, visitor, shelves):
        assert visitor("buyer").get("/admin/imports/00000000-0000-4000-8000-000000000000/").status_code == 404


def exported(client, kind, form, **asked):
    answer = client.get(reverse("admin:export", args=[kind, form]), asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_of(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


class TestExporting:
    @pytest.fixture
    def pantry(self, shelves, visitor):
        """One product of each kind that a file could tell badly."""
        buyer = visitor("buyer")
        page = sent(buyer, csv_of(CHAI, SYRUP, *many(3))).url
        work()
        buyer.post(page)
        work()
        chai = holder("sku:NW-001")
        full = {
            "name": "=Chai +1",
            "description": '-Spiced, "black" tea\nin bags',
            "short_description": "'=tea",
            "tags": ("vegan", "gift"),
            "certifications": (Certification.ORGANIC, Certification.FAIR_TRADE),
            "temperature": TemperatureRange(low=-18, high=-5),
            "weight_grams": 200,
            "allergens": Allergens(may_contain=(Allergen.NUTS,), unstated=(Allergen.CELERY,)),
            "nutrition": Nutrition(
                energy_kj=4,
                energy_kcal=1,
                **dict.fromkeys(("fat", "saturates", "carbohydrate", "sugars", "protein", "salt"), Decimal(0)),
            ),
        }
        say(DescribeProduct(product_id=chai, **{**ABOUT_OLIVES, **full}))
        say(
            DescribeProduct(
                product_id=holder("sku:NW-003"),
                **{
                    **ABOUT_OLIVES,
                    "description": "",
                    "allergens": None,
                    "nutrition": None,
                    "not_stated": (NotStated.NUTRITION,),
                },
            )
        )
        say(CategoriseProduct(product_id=holder("sku:MANY-00000"), category_ids=()))
        say(SetReorderPoint(product_id=chai, quantity=12))
        caught_up()
        return buyer

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_products_come_back_as_they_are(self, pantry, form):
        before = {key: products.load(holder(f"sku:{key}")).description for key in ("NW-001", "NW-003")}
        content = exported(pantry, "product", form)
        page = sent(pantry, content, f"products.{form}").url
        work()
        run = runs.imports().find_one({"name": f"products.{form}"})
        assert list(runs.notes().find({"run": run["_id"]})) == []
        assert (run["state"], run["expected"]) == (State.CHECKED, {"same": 5, "waiting": 0})
        pantry.post(page)
        work()
        assert {key: products.load(holder(f"sku:{key}")).description for key in before} == before

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    @pytest.mark.parametrize(("kind", "of", "number"), [("supplier", "suppliers", 1), ("category", "categories", 2)])
    def test_so_do_suppliers_and_categories(self, shelves, visitor, kind, of, number, form):
        boss = visitor("superuser")
        content = SimpleUploadedFile(f"{of}.{form}", exported(boss, kind, form))
        boss.post(f"{reverse('admin:imports')}?of={of}", {"file": content})
        work()
        run = runs.imports().find_one({"kind": of})
        assert list(runs.notes().find({"run": run["_id"]})) == []
        assert (run["state"], run["expected"]) == (State.CHECKED, {"same": number, "waiting": 0})

    def test_products_have_the_columns_of_an_import(self, pantry):
        header, *rows = rows_of(exported(pantry, "product", "csv"))
        assert set(header) == {*COLUMNS.required, *COLUMNS.optional}
        chai = dict(zip(header, next(row for row in rows if "NW-001" in row), strict=True))
        assert (chai["category"], chai["supplier"], chai["reorder_point"]) == ("beverages", "1", "12")
        assert (chai["name"], chai["temperature_low"]) == ("'=Chai +1", "-18")

    def test_what_begins_like_a_formula_is_none_in_a_workbook(self, pantry):
        book = load_workbook(BytesIO(exported(pantry, "product", "xlsx")))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert "'=Chai +1" in [cell.value for cell in cells]
        assert not [cell for cell in cells if cell.data_type == "f"]

    def test_a_workbook_opens_whatever_a_product_holds(self, pantry):
        """No XML may hold what Unicode calls no character, and Excel then opens none of it."""
        told = "".join(map(chr, (0x41, 0xFFFE, 0xFFFF, 0x0B, 0x7F, 0x1F9C0)))
        say(DescribeProduct(product_id=holder("sku:NW-001"), **{**ABOUT_OLIVES, "description": told}))
        caught_up()
        with ZipFile(BytesIO(exported(pantry, "product", "xlsx"))) as packed:
            sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        assert (
            "A\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}\x7f\N{CHEESE WEDGE}" in sheet
        )

    def test_a_workbook_has_numbers_truths_days_and_moments_as_such(self, pantry):
        rows = load_workbook(BytesIO(exported(pantry, "product", "xlsx"))).active.iter_rows()
        header, *products = [{cell.column: cell for cell in row} for row in rows]
        places = {cell.value: place for place, cell in header.items()}
        chai = next(row for row in products if row[places["sku"]].value == "NW-001")
        cells = [chai[places[name]] for name in ("list_price", "reorder_point", "salt", "premium", "sku")]
        assert [(cell.value, cell.data_type) for cell in cells] == [
            (18, "n"),
            (12, "n"),
            (0, "n"),
            (False, "b"),
            ("NW-001", "s"),
        ]
        assert chai[places["list_price"]].number_format == "0.00"

    def test_so_it_has_of_a_lot(self, staff, olives):
        header, lot = load_workbook(BytesIO(exported(staff, "lot", "xlsx"))).active.iter_rows()
        cells = {name.value: cell for name, cell in zip(header, lot, strict=True)}
        kept = Lot.objects.get()
        assert cells["best_before"].value == datetime.combine(kept.best_before, time())
        assert cells["received_at"].value == kept.received_at.astimezone(BARBADOS).replace(tzinfo=None, microsecond=0)
        assert cells["received_at"].number_format.endswith('"(Barbados)"')
        assert (cells["remaining"].value, cells["left"].value) == (kept.remaining, True)

    def test_a_list_is_taken_out_as_it_is_filtered_searched_and_ordered(self, pantry):
        def skus(**asked):
            return [row[0] for row in rows_of(exported(pantry, "product", "csv", **asked))[1:]]

        assert skus(q="tea") == ["MANY-00000", "MANY-00001", "MANY-00002"]
        assert skus(status__exact="active") == []
        assert len(skus(status__exact="draft")) == 5
        assert skus(o="-1")[0] == "NW-003"

    def test_all_pages_are_taken_out(self, pantry, monkeypatch):
        monkeypatch.setattr("efi.staff.records.exports.BATCH", 2)
        assert len(rows_of(exported(pantry, "product", "csv"))) == 1 + Product.objects.count()

    @pytest.mark.parametrize("kind", ["supplier", "category", "lot"])
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_every_list_can_be_taken_out(self, staff, olives, kind, form):
        content = exported(staff, kind, form)
        rows = rows_of(content) if form == "csv" else list(load_workbook(BytesIO(content)).active.iter_rows())
        assert len(rows) > 1

    def test_a_list_leads_to_its_files(self, staff, olives):
        links = links_of(staff.get("/admin/catalog/product/?q=oli"))
        assert {"/admin/export/product.csv?q=oli", "/admin/export/product.xlsx?q=oli"} <= links

    @pytest.mark.parametrize(("address", "status"), [("product.pdf", 404), ("user.csv", 404), ("nothing.csv", 404)])
    def test_what_is_no_list_has_no_file(self, staff, address, status):
        assert staff.get(f"/admin/export/{address}").status_code == status

    def test_whoever_may_not_read_records_gets_none(self, visitor, shelves):
        assert visitor("nobody").get("/admin/export/product.csv").status_code == 403
